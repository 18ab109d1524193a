//! Serving until somebody says stop.

use std::{future::Future, net::SocketAddr, sync::Arc};

use axum::Router;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    time,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::operator_socket::{self, Socket};
use crate::service::{Service, usage};

/// Serves `router` until `stop`, with the tasks beside it, and leaves nothing unwritten.
///
/// # Errors
/// If the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    service: Arc<Service>,
    socket: Option<Socket>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let stopping = CancellationToken::new();
    let tasks = TaskTracker::new();
    tasks.spawn(write_uses(service.clone(), stopping.clone()));
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

/// Listens for Ctrl-C and the service manager from now on; the future is done when either has spoken.
///
/// # Errors
/// If the signals cannot be listened for.
pub fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
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
