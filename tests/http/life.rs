//! Callers who go, connections that stay, and the server's end.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arsenal::Effect;
use arsenal_http::{ServeError, Server, Settings, Tokens};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::client::{WAIT_MAX, ask, send, until};
use super::operations::{Gate, served, served_with};

#[tokio::test]
async fn a_caller_who_goes_ends_what_reads_and_not_what_writes() {
    let served = served().await;
    let reads = Gate::register(&served.arsenal, "slow_read", Effect::Read);
    let writes = Gate::register(&served.arsenal, "slow_write", Effect::Write);
    for (line, gate) in
        [("GET /api/v1/slow_read", &reads), ("POST /api/v1/operations/slow_write/execute", &writes)]
    {
        let mut stream = served.connect().await;
        stream.write_all(&ask("vera", line).bytes()).await.expect("it reads");
        until("it has begun", || gate.begun() == 1).await;
        drop(stream);
    }
    until("the reader was dropped", || reads.dropped.load(Ordering::SeqCst) == 1).await;
    writes.open.add_permits(1);
    until("the writer ended", || writes.ended.load(Ordering::SeqCst) == 1).await;
    assert_eq!(writes.dropped.load(Ordering::SeqCst), 0);
    until("nothing is in flight", || served.arsenal.in_flight() == 0).await;
}

#[tokio::test]
async fn a_connection_carries_one_request_after_another() {
    let served = served().await;
    let mut stream = served.connect().await;
    let request = "GET /api/v1/greeting HTTP/1.1\r\nhost: test\r\n\r\n";
    for _ in 0..3 {
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = Vec::new();
        while !answer.ends_with(br#"{"data":"hello"}"#) {
            let mut part = [0; 1024];
            let read = tokio::time::timeout(WAIT_MAX, stream.read(&mut part)).await;
            let bytes = read.expect("it answers in time").expect("it answers");
            assert_ne!(bytes, 0, "it stays open");
            answer.extend(&part[..bytes]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}

#[tokio::test]
async fn an_end_in_order_lets_calls_end_and_takes_no_more() {
    let mut served = served().await;
    let gate = Gate::register(&served.arsenal, "slow_write", Effect::Write);
    let mut under_way = served.connect().await;
    let line = "POST /api/v1/operations/slow_write/execute";
    under_way.write_all(&ask("vera", line).bytes()).await.expect("it reads");
    let mut idle = served.connect().await;
    idle.write_all(b"GET /readyz HTTP/1.1\r\nhost: test\r\n\r\n").await.expect("it reads");
    let mut some = [0; 12];
    idle.read_exact(&mut some).await.expect("it answers");
    assert_eq!(&some, b"HTTP/1.1 200");
    until("it has begun", || gate.begun() == 1).await;

    served.stop();
    until("it drains", || !served.arsenal.is_ready()).await;
    assert!(tokio::net::TcpStream::connect(served.address).await.is_err(), "nobody new");
    gate.open.add_permits(1);
    let mut answer = String::new();
    let read = tokio::time::timeout(WAIT_MAX, under_way.read_to_string(&mut answer)).await;
    read.expect("it answers in time").expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    served.ended().await.expect("all ended in order");
}

#[tokio::test]
async fn what_does_not_end_within_the_grace_is_dropped_and_named() {
    let grace = Duration::from_millis(20);
    let mut served = served_with(Settings { grace, ..Settings::default() }).await;
    let gate = Gate::register(&served.arsenal, "slow_write", Effect::Write);
    let mut under_way = served.connect().await;
    let line = "POST /api/v1/operations/slow_write/execute";
    under_way.write_all(&ask("vera", line).bytes()).await.expect("it reads");
    until("it has begun", || gate.begun() == 1).await;
    served.stop();
    match served.ended().await {
        Err(ServeError::StillRunning { source }) => {
            assert_eq!(source.operations, ["slow_write"]);
        }
        other => panic!("{other:?}"),
    }
    let mut answer = String::new();
    let _ = under_way.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "the caller is told: {answer}");
}

#[tokio::test]
async fn a_router_of_ones_own_answers_the_same_beside_other_routes() {
    let arsenal = super::operations::builder().build().expect("the operations are sound");
    let server = Server::new(arsenal, Tokens::new(), Settings::default());
    let own = axum::Router::new().route("/own", axum::routing::get(async || "own"));
    let router = own.merge(server.into_router());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address is free");
    let address = listener.local_addr().expect("it has one");
    let mut tasks = JoinSet::new();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tasks.spawn(async move { axum::serve(listener, service).await });
    for (line, status) in
        [("GET /own", 200), ("GET /api/v1/greeting", 200), ("GET /api/v1/nothing", 404)]
    {
        let answer = send(address, &ask("", line)).await;
        assert_eq!(answer.status, status, "{line}: {answer:?}");
        if status == 404 {
            assert_eq!(answer.problem()["type"], "/problems/NO_ROUTE", "relative to itself");
        }
    }
}
