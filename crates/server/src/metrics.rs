//! Figures for Prometheus, on a listener of their own that only the operator reaches.

use std::sync::Arc;

use anyhow::Context as _;
use guanxi_app::Env;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Bounds of the histogram of answers, in seconds: fine where pages should be, coarse where something is wrong.
const BUCKETS: [f64; 12] = [
    0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

/// Starts to count; before anything that should be counted.
pub(crate) fn start() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)?
        .install_recorder()
        .context("metrics cannot start")?;
    describe_counter!(
        "guanxi_requests_total",
        "Requests answered, by route and status"
    );
    describe_histogram!(
        "guanxi_request_duration_seconds",
        "Time until an answer began, by route"
    );
    describe_counter!(
        "guanxi_requests_shed_total",
        "Requests sent away because too many were under way"
    );
    describe_gauge!("guanxi_live_pages", "Open pages that listen to changes");
    describe_counter!("guanxi_store_reads_total", "Read closures run");
    describe_counter!("guanxi_store_writes_total", "Write closures run");
    describe_counter!(
        "guanxi_store_batches_total",
        "Transactions that carried the writes"
    );
    describe_counter!(
        "guanxi_store_retries_total",
        "Closures run again after a lost race"
    );
    describe_counter!(
        "guanxi_store_refusals_total",
        "Closures refused because a queue was full"
    );
    describe_gauge!(
        "guanxi_store_largest_batch",
        "Most writes that one transaction carried"
    );
    describe_gauge!(
        "guanxi_store_waiting",
        "Closures that wait for a connection"
    );
    describe_counter!(
        "guanxi_jobs_total",
        "Pieces of work in the background, by how they went"
    );
    describe_gauge!(
        "guanxi_jobs_last_success_timestamp_seconds",
        "When a piece of work in the background last went well"
    );
    describe_gauge!(
        "guanxi_directory_members",
        "Members in the search indexes of this node"
    );
    describe_gauge!(
        "guanxi_directory_bytes",
        "Memory of the search indexes of this node"
    );
    Ok(handle)
}

/// The text of one scrape, with the figures that are only known by asking.
pub(crate) fn text(handle: &PrometheusHandle, env: &Arc<Env>) -> String {
    let stats = env.store.stats();
    counter!("guanxi_store_reads_total").absolute(stats.reads);
    counter!("guanxi_store_writes_total").absolute(stats.writes);
    counter!("guanxi_store_batches_total").absolute(stats.batches);
    counter!("guanxi_store_retries_total").absolute(stats.retries);
    counter!("guanxi_store_refusals_total").absolute(stats.refusals);
    gauge!("guanxi_store_largest_batch").set(stats.largest_batch as f64);
    gauge!("guanxi_store_waiting", "mode" => "read").set(stats.waiting_reads as f64);
    gauge!("guanxi_store_waiting", "mode" => "write").set(stats.waiting_writes as f64);
    gauge!("guanxi_live_pages").set(env.hub.listeners() as f64);
    let (members, bytes) = env.directories.size();
    gauge!("guanxi_directory_members").set(members as f64);
    gauge!("guanxi_directory_bytes").set(bytes as f64);
    handle.render()
}
