//! Workers that stay awake for a moment before they sleep, as OTP's schedulers do.

use std::hint::spin_loop;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;

/// Longer would keep a worker from the work that it is there for.
const WAIT_MAX: Duration = Duration::from_millis(1);

/// Has the workers of a Tokio runtime wait busily for this long, at most a millisecond, before they
/// sleep.
///
/// Processes that wait for each other run one after the other, on one worker. Tokio wakes a second
/// worker beside it every few turns, which finds nothing to do and sleeps again. In many virtual
/// machines each of these calls costs the first one around ten microseconds, and a message between
/// processes less than one. OTP's schedulers stay awake for a while to spare themselves that (its
/// flag `+sbwt`: a sixth of a millisecond, as measured), and so do workers with this; 50 µs spare
/// most of it.
///
/// It has its price: whenever a worker has nothing to do, it takes its processor for that long, and
/// what it would be woken for meanwhile (a timer, a socket, another worker's second task) waits for
/// up to that long. So it is for services whose processes talk more than they wait, and it does
/// nothing good for a runtime of one thread.
///
/// Takes the place of what was given to [`Builder::on_thread_park`] before.
///
/// ```
/// use std::time::Duration;
///
/// let mut builder = tokio::runtime::Builder::new_multi_thread();
/// let tokio = arsenal_process::busy_wait(&mut builder, Duration::from_micros(50))
///     .enable_all()
///     .build()?;
/// # drop(tokio);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn busy_wait(builder: &mut Builder, wait: Duration) -> &mut Builder {
    let wait = wait.min(WAIT_MAX);
    builder.on_thread_park(move || {
        let began = Instant::now();
        while began.elapsed() < wait {
            spin_loop();
        }
    })
}
