/* The page Label: when it opens and closes, and its queue. The other modules attach here.
 *
 * CONTRACT of window.spectrolabe.label (00-bus.js holds state and events and loads before all others):
 *
 *   label.on(event, listener) -> off(); label.emit(event, detail). Events:
 *     "start"    {session}                  `#label-page` is in the document; listen, load, take keys
 *     "stop"     {}                         it is gone; let go of everything
 *     "queue"    {queue}                    GET /api/labels/queue was answered; state.items and state.classes are set
 *     "leave"    {}                         what was shown is shown no more; state.current is still it
 *     "show"     {item, index}              another spectrum is asked for; state.current is set. At once, with or
 *                                           without its data
 *     "spectrum" {id, data}                 data of the shown spectrum are there
 *     "answer"   {event, item, before}      the person has answered. `event` is ready for POST /api/labels: event_id,
 *                                           kind (label, unsure, bad, skip, comment), spectrum_id, class_id, comment,
 *                                           confidence, duration_ms, queue, iteration, shown, created_utc. `before` is
 *                                           {label, comment, is_skipped} of the item. The outbox listens here
 *     "changed"  {item}                     label, comment or skip of an item changed, by whomever
 *     "stored"   {saved_utc, waiting, events}  emitted by the outbox when the server has answered
 *     "end"      {}                         nothing is left to answer
 *     "view"     {name, value}              a switch of the view changed (guess, means, lines, layout, …)
 *     "keys"     {}                         emitted by keys.js when keys were mapped: hints are written anew
 *
 *   label.state  session, queue, classes, items, filter, index, current, shownAt, isEnded, confidence (null, 0 to 4),
 *                answered ([{event, item}], newest last: this page's own answers)
 *   label.answer(kind, fields) -> event   answers the current spectrum and shows the next one without an answer;
 *                "comment" stays. fields: {class_id, comment, confidence}
 *   label.go(index), label.next(), label.previous()   move in state.items (filter respected)
 *   label.setItem(id, {label, comment, is_skipped})   what counts now (undo, another tab, another person): redraws
 *   label.find(id) -> item
 *   label.reload()                        asks for the queue anew, stays at the current spectrum
 *   label.run(command)                    what keys and buttons do. Every control carries data-command="…":
 *     class:CLASS_ID unsure bad skip back undo comment guess means nearest last epochs lines full smooth layout
 *     reset keys confidence:N next. keys.js sets label.commands.undo and label.commands.keys, and label.keyOf(command).
 *   A key cap is <kbd class="key-cap" data-key-of="command">; keys.js rewrites its text.
 *   Hosts that other modules own: #label-saved (saved mark), #label-banner (waiting, failed), #label-live (aria-live),
 *   #label-grid (all metadata).
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId } = label;
    let page = null;
    let asked = 0;

    /* ---------------------------------------------------------------- opening and closing */

    function watch() {
        const found = byId("label-page");
        if (found === page) return;
        if (page) stop();
        page = found;
        document.documentElement.classList.toggle("is-labeling", Boolean(found));
        if (found) start(found);
    }

    function start(found) {
        label.state = label.fresh();
        const query = new URLSearchParams(window.location.search);
        label.state.session = found.dataset.session;
        label.state.source = query.get("source") || "";
        label.state.iteration = query.get("iteration") || "";
        label.state.order = label.remembered("order", "mixed");
        label.emit("start", { session: label.state.session });
        load(query.get("id"));
    }

    function stop() {
        asked += 1;
        label.emit("stop", {});
        label.state = label.fresh();
    }

    new MutationObserver(watch).observe(document.documentElement, { childList: true, subtree: true });

    /* ---------------------------------------------------------------- queue */

    /* Which queue it is, for every address that is about it. */
    label.address = function (path) {
        const { session, source, iteration, order, offset } = label.state;
        const query = new URLSearchParams({ session });
        Object.entries({ source, iteration, order, offset }).forEach(([name, value]) => value && query.set(name, value));
        return `/api/labels/${path}?${query}`;
    };

    async function load(wanted) {
        const mine = (asked += 1);
        label.emit("loading", {});
        let queue;
        try {
            queue = await label.ask(label.address("queue"));
        } catch (error) {
            if (mine === asked) label.emit("failed", { error });
            return;
        }
        if (mine !== asked || !page) return;
        take(queue, wanted);
    }

    /* GET; throws an Error whose message the person can read. */
    label.ask = async function (url) {
        let answer;
        try {
            answer = await fetch(url, { cache: "no-store" });
        } catch (error) {
            throw new Error("The server did not answer.");
        }
        const content = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(content.error || `The server answered with status ${answer.status}.`);
        return content;
    };

    /* POST of something that is no event, and changes how the session is labeled. */
    label.choose = async function (choices) {
        const body = JSON.stringify({ session: label.state.session, ...choices });
        const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body };
        const answer = await fetch("/api/labels/choices", sent).catch(() => null);
        const content = answer ? await answer.json().catch(() => ({})) : { error: "The server did not answer." };
        if (!answer || !answer.ok) throw new Error(content.error || `The server answered with status ${answer.status}.`);
        return content;
    };

    const SHAPES = [
        "ring", "triangle", "diamond", "square", "cross", "disc",
        "saltire", "triangle down", "star", "pentagon", "hexagon", "hourglass",
    ]; // prettier-ignore

    function take(queue, wanted) {
        const state = label.state;
        state.queue = queue;
        state.classes = queue.classes.map((one, k) => ({
            ...one,
            row: one.color_row || SHAPES.indexOf(one.shape) + 1 || (k % 12) + 1,
        }));
        state.items = queue.items;
        state.items.forEach((item, k) => {
            item.key = item.key || item.id;
            item.at = k;
        });
        label.emit("queue", { queue });
        const at = wanted ? state.items.findIndex((item) => item.key === wanted || item.id === wanted) : -1;
        if (at >= 0) label.go(at);
        else label.begin(Number.isInteger(queue.position) ? queue.position : 0);
    }

    label.reload = () => load(label.state.current && label.state.current.key);
    label.more = function () {
        const { state } = label;
        state.offset += state.items.length;
        load(null);
    };
    /* Another queue; the address keeps it, so that it can be shared and loaded again. */
    label.setSource = function (source, iteration) {
        Object.assign(label.state, { source, iteration: iteration || "", filter: "all", offset: 0 });
        const address = new URL(window.location.href);
        address.searchParams.set("source", source);
        if (iteration) address.searchParams.set("iteration", iteration);
        else address.searchParams.delete("iteration");
        window.history.replaceState(window.history.state, "", address);
        load(null);
    };
    label.setOrder = function (order) {
        label.state.order = order;
        label.remember("order", order);
        load(null);
    };

    if (document.readyState !== "loading") watch();
    else document.addEventListener("DOMContentLoaded", watch);
})();
