/* The page Label: when it opens and closes, its queue, and what an answer does. The other modules attach here.
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
    const visited = [];

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
        visited.length = 0;
        const query = new URLSearchParams(window.location.search);
        label.state.session = found.dataset.session;
        label.state.source = query.get("source") || "";
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

    function address() {
        const { session, source, order } = label.state;
        const query = new URLSearchParams({ session });
        if (source) query.set("source", source);
        if (order) query.set("order", order);
        if (label.state.offset) query.set("offset", label.state.offset);
        return `/api/labels/queue?${query}`;
    }

    async function load(wanted) {
        const mine = (asked += 1);
        label.emit("loading", {});
        let queue;
        try {
            queue = await label.ask(address());
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
        else advance(-1, Number.isInteger(queue.position) ? queue.position : 0);
    }

    label.reload = () => load(label.state.current && label.state.current.key);
    label.more = function () {
        const { state } = label;
        state.offset += state.items.length;
        load(null);
    };
    label.setOrder = function (order) {
        label.state.order = order;
        label.remember("order", order);
        load(null);
    };

    /* ---------------------------------------------------------------- moving */

    const isOpen = (item) => !item.label;
    const passes = (item) => label.state.filter === "all" || item.kind === label.state.filter;
    label.passes = passes;

    function move(index, isVisit) {
        const state = label.state;
        const item = state.items[index];
        if (!item) return;
        if (isVisit && state.current && state.current !== item) visited.push(state.index);
        label.emit("leave", {});
        Object.assign(state, { index, current: item, isEnded: false, shownAt: performance.now(), confidence: null });
        if (item.label && Number.isInteger(item.label.confidence)) state.confidence = item.label.confidence;
        label.emit("show", { item, index });
    }

    label.go = (index) => move(index, true);

    function step(from, by) {
        const { items } = label.state;
        for (let k = from + by; k >= 0 && k < items.length; k += by) if (passes(items[k])) return k;
        return -1;
    }

    label.next = function () {
        const k = step(label.state.index, 1);
        if (k >= 0) label.go(k);
    };

    /* Where one was before, else the one above. */
    label.previous = function () {
        const state = label.state;
        let k = visited.pop();
        while (k === state.index && !state.isEnded) k = visited.pop();
        if (k === undefined) k = step(state.index, -1);
        if (k >= 0) move(k, false);
    };

    /* The next one without an answer; behind the last it begins again, and what was skipped comes last. */
    function advance(from, first) {
        const { items } = label.state;
        const order = [...items.keys()];
        const start = first === undefined ? from + 1 : first;
        const turned = [...order.slice(start), ...order.slice(0, start)].filter((k) => k !== from);
        const open = turned.filter((k) => isOpen(items[k]) && passes(items[k]));
        const k = open.find((one) => !items[one].is_skipped);
        const found = k === undefined ? open[0] : k;
        if (found !== undefined) return label.go(found);
        return end();
    }

    label.advance = () => advance(label.state.index);

    function end() {
        if (label.state.current) visited.push(label.state.index);
        label.state.isEnded = true;
        label.state.current = null;
        label.emit("end", {});
    }

    /* ---------------------------------------------------------------- answers */

    label.find = (id) => label.state.items.find((item) => item.key === id || item.id === id) || null;

    function shownNow(item) {
        const data = label.spectra && label.spectra.peek(item.id);
        const guess = data && data.guess;
        return {
            guess: guess && label.view && label.view.guess && !item.is_blind ? guess : null,
            blind: Boolean(item.is_blind),
            view: label.view ? label.view.described() : {},
        };
    }

    label.answer = function (kind, fields) {
        const state = label.state;
        const item = state.current;
        if (!item) return null;
        const given = fields || {};
        const before = { label: item.label, comment: item.comment, is_skipped: item.is_skipped };
        const confidence = given.confidence === undefined ? state.confidence : given.confidence;
        const event = {
            event_id: label.uuid(),
            kind,
            spectrum_id: item.id,
            class_id: given.class_id || null,
            comment: given.comment === undefined ? null : given.comment,
            confidence: kind === "label" ? confidence : null,
            duration_ms: label.clock ? label.clock.elapsed() : Math.round(performance.now() - state.shownAt),
            queue: item.queue || null,
            iteration: state.queue.iteration === undefined ? null : state.queue.iteration,
            shown: shownNow(item),
            created_utc: new Date().toISOString().replace("Z", "+00:00"),
        };
        applied(item, event);
        if (kind !== "comment") state.answered.push({ event, item });
        label.emit("answer", { event, item, before });
        label.emit("changed", { item });
        if (kind !== "comment" && !given.stay) advance(state.index);
        return event;
    };

    function applied(item, event) {
        if (event.kind === "comment") item.comment = event.comment || "";
        else if (event.kind === "skip") item.is_skipped = true;
        else {
            const { kind, class_id, event_id, confidence, created_utc } = event;
            item.label = { kind, class_id, event_id, confidence, created_utc, annotator: null };
            item.is_skipped = false;
        }
    }

    label.setItem = function (id, fields) {
        const item = label.find(id);
        if (!item) return;
        Object.assign(item, fields);
        label.emit("changed", { item });
    };

    /* ---------------------------------------------------------------- commands of buttons and keys */

    Object.assign(label.commands, {
        unsure: () => label.answer("unsure"),
        bad: () => label.answer("bad"),
        skip: () => label.answer("skip"),
        back: () => label.previous(),
        next: () => label.next(),
    });

    const run = label.run;
    label.run = function (name, detail) {
        if (!label.isOpen()) return false;
        const [command, argument] = name.split(/:(.*)/s);
        if (command === "class" && label.classOf(argument)) {
            label.pressed(name);
            label.answer("label", { class_id: argument });
            return true;
        }
        if (argument !== undefined) return label.commands[command] ? (label.commands[command](argument), true) : false;
        label.pressed(name);
        return run(name, detail);
    };

    /* The control of a command looks pressed for 120 ms, whatever pressed it. */
    label.pressed = function (name) {
        const control = page && [...page.querySelectorAll("[data-command]")].find((one) => one.dataset.command === name);
        if (!control) return;
        control.classList.add("is-pressed");
        setTimeout(() => control.classList.remove("is-pressed"), 120);
    };

    document.addEventListener("click", function (event) {
        const control = event.target.closest("#label-page [data-command]");
        if (control && !control.disabled) label.run(control.dataset.command);
    });

    label.on("keys", function () {
        document.querySelectorAll("#label-page [data-key-of]").forEach(function (cap) {
            cap.textContent = label.keyOf(cap.dataset.keyOf);
            cap.hidden = !cap.textContent;
        });
    });

    if (document.readyState !== "loading") watch();
    else document.addEventListener("DOMContentLoaded", watch);
})();
