//! Serving until somebody says stop.

use std::{future::Future, net::SocketAddr, sync::Arc};

use axum::Router;
use tokio::{net::TcpListener, signal, time};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::operator_socket;
use crate::service::{Service, usage};

/// Serves `router` until `stop`, with the tasks beside it, and leaves nothing unwritten.
///
/// # Errors
/// If the socket of the operator cannot be made, or the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    service: Arc<Service>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let stopping = CancellationToken::new();
    let tasks = TaskTracker::new();
    tasks.spawn(write_uses(service.clone(), stopping.clone()));
    let socket = operator_socket::bind(&service)?;
    if let Some(socket) = socket {
        tasks.spawn(operator_socket::serve(socket, service.clone(), stopping.clone()));
    }
    let stopped = stopping.clone();
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            stop.await;
            stopped.cancel();
        })
        .await;
    stopping.cancel();
    tasks.close();
    tasks.wait().await;
    service.store().close().await;
    served
}

/// Waits for Ctrl-C or the service manager.
pub async fn told_to_stop() {
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = signal::ctrl_c() => {}
        () = terminate => {}
    }
}

async fn write_uses(service: Arc<Service>, stopping: CancellationToken) {
    let mut tick = time::interval(usage::EVERY);
    tick.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        let stop = tokio::select! {
            _ = tick.tick() => false,
            () = stopping.cancelled() => true,
        };
        if let Err(error) = service.flush_uses().await {
            tracing::error!(%error, "the use of tokens could not be written; it will be tried again");
        }
        if stop {
            return;
        }
    }
}
