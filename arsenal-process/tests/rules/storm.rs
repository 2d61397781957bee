//! A tree under random crashes, kills and restarts: afterwards nothing is left behind.

use std::collections::BTreeMap;
use std::time::Duration;

use arsenal_process::{
    Authority, ChildSpec, ExitReason, Intensity, MonitorRef, Pid, ProcessInfo, ProcessName,
    Runtime, RuntimeConfig, Strategy, SupervisorSpec,
};

use crate::probe::{Do, Log, Probe, SOON, failure};

const N_TEAMS: usize = 20;
const N_MEMBERS: usize = 49;
const N_BLOWS: usize = 10_000;

/// A small generator, so that a failure can be run again from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % sides
    }
}

/// A restart that loses the race for its own name would be seen by the intensity.
fn team(team: usize, strategy: Strategy) -> SupervisorSpec {
    let spec = SupervisorSpec::new(strategy).intensity(1_000_000, Duration::from_secs(1));
    (0..N_MEMBERS).fold(spec, |spec, n| {
        let name: ProcessName = format!("member {team} {n}").parse().expect("it is a name");
        let child = ChildSpec::server_with::<Probe>(&n.to_string(), move |starter| {
            starter.server(crate::probe::args("member", &Log::default())).name(name.clone())
        });
        spec.child(child)
    })
}

/// Whether every link and every monitor is known to both of its ends, and both of them live.
fn bonds_are_whole(runtime: &Runtime) -> bool {
    let infos: BTreeMap<Pid, ProcessInfo> =
        runtime.infos().into_iter().map(|info| (info.pid, info)).collect();
    infos.values().all(|info| {
        let linked =
            |pid: &Pid| infos.get(pid).is_some_and(|other| other.links.contains(&info.pid));
        let monitored = |monitor: &MonitorRef| {
            infos.get(&monitor.pid).is_some_and(|other| other.monitored_by.contains(&info.pid))
        };
        let monitors = |pid: &Pid| {
            infos
                .get(pid)
                .is_some_and(|other| other.monitors.iter().any(|monitor| monitor.pid == info.pid))
        };
        info.links.iter().all(linked)
            && info.monitors.iter().all(monitored)
            && info.monitored_by.iter().all(monitors)
    })
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_blows_to_a_thousand_processes_leave_nothing_behind() {
    storm(N_BLOWS, 0x5eed, async || tokio::time::advance(Duration::from_secs(1)).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blows_from_two_threads_leave_nothing_behind() {
    storm(N_BLOWS / 5, 0xbeef, tokio::task::yield_now).await;
}

async fn storm(n_blows: usize, seed: u64, time_passes: impl AsyncFn()) {
    let root_intensity = Intensity { max_restarts: 1_000_000, within: Duration::from_secs(1) };
    let config = RuntimeConfig { root_intensity, ..RuntimeConfig::default() };
    let runtime = Runtime::start(config).expect("tests run in Tokio");
    let metrics = tokio::runtime::Handle::current().metrics();
    let (n_before, n_tasks_before) = (runtime.n_processes(), metrics.num_alive_tasks());
    let root = runtime.root().expect("the root lives");
    for n in 0..N_TEAMS {
        let strategy = if n % 10 == 0 { Strategy::RestForOne } else { Strategy::OneForOne };
        let child = ChildSpec::supervisor(&format!("team {n}"), team(n, strategy));
        root.start_child(child).await.expect("the supervisor answers");
    }
    let n_tree = n_before + N_TEAMS * (N_MEMBERS + 1);
    assert_eq!(runtime.n_processes(), n_tree);
    let mut dice = Dice(seed);
    let mut members = runtime.pids();
    let mut n_supervisors = 0;
    for blow in 0..n_blows {
        if blow % 50 == 0 {
            members = runtime.pids();
        }
        let pid = members[dice.roll(members.len())];
        let Ok(member) = runtime.process::<Probe>(pid) else {
            // A supervisor goes with its children, and comes back with them; the root is protected.
            n_supervisors += 1;
            _ = runtime.kill(pid, SOON, Authority::Ordinary).await;
            continue;
        };
        let other = members[dice.roll(members.len())];
        // Either may have ended meanwhile, which is what this is about.
        match dice.roll(8) {
            0 => _ = runtime.link(pid, other),
            1 | 2 => _ = runtime.monitor(pid, other),
            _ => {}
        }
        match dice.roll(4) {
            0 => _ = member.cast(failure()),
            1 => _ = member.cast(Do::Panic("blow".to_owned())),
            2 => _ = runtime.exit(pid, ExitReason::custom("blow")),
            _ => _ = runtime.kill(pid, SOON, Authority::Ordinary).await,
        }
        if blow % 7 == 0 {
            tokio::task::yield_now().await;
        }
    }
    let is_whole = || {
        runtime.n_processes() == n_tree
            && runtime.names().len() == N_TEAMS * N_MEMBERS
            && bonds_are_whole(&runtime)
    };
    settled("the whole tree again", is_whole, &tokio::task::yield_now).await;
    assert!(n_blows / 200 < n_supervisors, "{n_supervisors} supervisors were hit");
    for child in root.which_children().await.expect("the supervisor answers") {
        root.terminate_child(&*child.id).await.expect("the supervisor answers");
    }
    assert_eq!(runtime.n_processes(), n_before, "seed {seed:#x}");
    assert_eq!(runtime.names(), []);
    assert_eq!(runtime.info(&root).expect("the root lives").links, []);
    // Those that carry nothing end once nobody has needed them for a while.
    let are_gone = || metrics.num_alive_tasks() == n_tasks_before;
    settled("Tokio's tasks gone", are_gone, &time_passes).await;
}

/// As `until`, for work on other threads: bounded by the machine's clock.
async fn settled(what: &str, mut reached: impl FnMut() -> bool, time_passes: &impl AsyncFn()) {
    let began = std::time::Instant::now();
    while !reached() {
        assert!(began.elapsed() < Duration::from_secs(60), "never reached: {what}");
        time_passes().await;
    }
}
