//! How a page lies in its window: what moved while it loaded, and what sticks out sideways.

use fantoccini::Client;
use serde_json::{Value, json};

/// Waits for two frames, so that what the load event started has been painted, and tells what has moved since the page began until then.
/// What moves later is a live update or an answer to a click that a busy machine gave late.
const SHIFTS: &str = "
    const done = arguments[arguments.length - 1], shifts = [];
    const observer = new PerformanceObserver(list => shifts.push(...list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    const tell = () => {
        shifts.push(...observer.takeRecords());
        const loaded = performance.getEntriesByType('navigation')[0].loadEventEnd + 200;
        done(shifts.filter(shift => !shift.hadRecentInput && shift.startTime <= loaded).map(shift => shift.value.toFixed(4) + ' ' + shift.sources
            .map(({ node }) => (node?.outerHTML || node?.textContent || '').slice(0, 160)).join(' and ')));
    };
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(tell)));";

/// Names the outermost elements that end right of the window and that no scrolling box holds.
const STICKING_OUT: &str = "
    const [width] = arguments, page = document.scrollingElement;
    if (innerWidth <= width && page.scrollWidth <= width) return [];
    const sticks = element => element.getBoundingClientRect().right > width + 0.5;
    const isHeld = element => {
        for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
            if (sticks(at) || getComputedStyle(at).overflowX !== 'visible') return true;
        return false;
    };
    const found = [...document.body.querySelectorAll('*')].filter(element => sticks(element) && !isHeld(element));
    return [`${page.scrollWidth} wide in ${innerWidth}`, ...found.map(element => element.outerHTML.slice(0, 160))];";

pub(super) async fn shifts(client: &Client) -> Vec<String> {
    let told = client.execute_async(SHIFTS, Vec::new()).await;
    texts(told.unwrap_or_else(|error| panic!("the page does not tell what moved: {error}")))
}

pub(super) async fn sticking_out(client: &Client, width: u32) -> Vec<String> {
    let told = client.execute(STICKING_OUT, vec![json!(width)]).await;
    texts(told.unwrap_or_else(|error| panic!("the page does not tell its width: {error}")))
}

fn texts(list: Value) -> Vec<String> {
    let items = list.as_array().cloned().unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
