/* What was said in this session, as far as this page knows it: by whom, in which order, and what counts.
 *
 *   label.journal.say(events)            keeps events of this person in the outbox and draws what counts now. Events
 *                                        that were one act share shown.bulk: they are taken back together
 *   label.journal.follow(content)        an answer of POST /api/labels or GET /api/labels/events; returns what is new
 *   label.journal.of(id) -> events       of one spectrum, in order; those that wait come last, without a sequence
 *   label.journal.mine() -> events       of this person, in order
 *   label.journal.find(event_id), .counts(event), .isMine(event), .sequenceOf(session)
 *   label.journal.state                  {session, me, sequence, isWhole}
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const ANSWERS = new Set(["label", "unsure", "bad"]);
    const RETRY_S = 3;
    const fresh = () => ({ session: null, me: null, sequence: null, isWhole: false });
    let known = new Map(); // event_id -> event
    let spectra = new Map(); // spectrum_id -> events in order
    let items = new Map(); // spectrum_id -> items of the queue
    let sorted = null; // all events in order, made when it is asked for
    let added = 0;
    let reading = null;

    const journal = (label.journal = { state: fresh() });

    const place = (event) => event.sequence || Number.MAX_SAFE_INTEGER;
    const inOrder = (a, b) => place(a) - place(b) || a.added - b.added;

    function put(event) {
        const found = known.get(event.event_id);
        if (found) {
            const isMoved = event.sequence && found.sequence !== event.sequence;
            Object.assign(found, event);
            if (!isMoved) return false;
        } else {
            const made = { ...event, added: (added += 1) };
            known.set(made.event_id, made);
            if (!spectra.has(made.spectrum_id)) spectra.set(made.spectrum_id, []);
            spectra.get(made.spectrum_id).push(made);
        }
        spectra.get((found || event).spectrum_id).sort(inOrder);
        sorted = null;
        return !found;
    }

    /* As the server: of the chain of undos that hangs on an event the last link decides. */
    function depths(events) {
        const found = new Map();
        const roots = new Map();
        events.forEach(function (event) {
            const target = event.kind === "undo" ? found.get(event.undoes) : null;
            found.set(event.event_id, { root: target ? target.root : event, depth: target ? target.depth + 1 : 0 });
            const mine = found.get(event.event_id);
            roots.set(mine.root, mine.depth);
        });
        return { found, roots };
    }

    const find = (id) => known.get(id) || null;
    const of = (id) => spectra.get(id) || [];

    function counts(event) {
        const { roots } = depths(of(event.spectrum_id));
        return (roots.get(event) || 0) % 2 === 0;
    }

    const answerOf = (event) =>
        event && {
            kind: event.kind,
            class_id: event.class_id,
            event_id: event.event_id,
            confidence: event.confidence === undefined ? null : event.confidence,
            annotator: event.annotator,
            created_utc: event.created_utc,
        };

    /* What counts for a spectrum by the events that are known here. */
    function standing(id) {
        const events = of(id);
        const { roots } = depths(events);
        const alive = events.filter((event) => event.kind !== "undo" && (roots.get(event) || 0) % 2 === 0);
        const answers = alive.filter((event) => ANSWERS.has(event.kind));
        const last = (list) => answerOf(list[list.length - 1]) || null;
        const comments = alive.filter((event) => typeof event.comment === "string");
        return {
            label: last(answers.filter((event) => event.queue !== "repeat")),
            repeat: last(answers.filter((event) => event.queue === "repeat")),
            comment: comments.length ? comments[comments.length - 1].comment : "",
            is_skipped: alive.some((event) => event.kind === "skip" && event.queue !== "repeat"),
            is_skipped_again: alive.some((event) => event.kind === "skip" && event.queue === "repeat"),
        };
    }

    const labelText = (one) => one && [one.kind, one.class_id, one.event_id, one.confidence];
    const asText = (item) => JSON.stringify([labelText(item.label), item.comment || "", Boolean(item.is_skipped)]);

    /* What counts by the events known here; of what none of them speaks, what the item showed before. */
    function merged(item) {
        const now = standing(item.id);
        if (journal.state.isWhole) return now;
        const isRepeat = label.isRepeat(item);
        const events = of(item.id);
        const speaks = events.some((event) => ANSWERS.has(event.kind) && (event.queue === "repeat") === isRepeat);
        if (!speaks) now[isRepeat ? "repeat" : "label"] = item.label;
        if (!events.some((event) => typeof event.comment === "string")) now.comment = item.comment;
        if (!events.some((event) => event.kind === "skip")) now.is_skipped = item.is_skipped;
        return now;
    }

    function setItem(item, state) {
        const isRepeat = label.isRepeat(item);
        const answer = isRepeat ? state.repeat : state.label;
        const fields = {
            label: answer || null,
            comment: (isRepeat && !answer ? "" : state.comment) || "", // it may say what was seen the first time
            is_skipped: Boolean((isRepeat ? state.is_skipped_again : state.is_skipped) && !answer),
        };
        if (asText(item) !== asText(fields)) label.setItem(item.key, fields);
    }

    /* Draw what counts now: by the server's word, unless this page knows of something later or of everything. */
    function refresh(id, state, sequence) {
        const isLate = of(id).some((event) => place(event) > sequence);
        const isOwn = journal.state.isWhole || !state || isLate;
        (items.get(id) || []).forEach((item) => setItem(item, isOwn ? merged(item) : state));
    }

    /* ---------------------------------------------------------------- what comes in */

    journal.follow = function ({ annotator, sequence, events, states }) {
        journal.state.me = annotator || journal.state.me;
        journal.state.sequence = Math.max(journal.state.sequence || 0, sequence);
        const fresh = events.filter((event) => put(event));
        const ids = new Set([...events.map((event) => event.spectrum_id), ...Object.keys(states || {})]);
        ids.forEach((id) => refresh(id, (states || {})[id], sequence));
        return fresh.map((event) => find(event.event_id));
    };

    /* Everything said so far, in the background: what Z takes back may be of last week. */
    async function readAll(session) {
        let after = 0;
        for (let isMore = true; isMore; ) {
            const content = await label.ask(`/api/labels/events?session=${encodeURIComponent(session)}&after=${after}`);
            if (journal.state.session !== session) return;
            isMore = content.is_more;
            after = content.sequence;
            journal.follow(content);
        }
        journal.state.isWhole = true;
        label.emit("journal", {});
    }

    function begin(session) {
        known = new Map();
        spectra = new Map();
        items = new Map();
        sorted = null;
        journal.state = { ...fresh(), session };
    }

    function queueRead({ queue }) {
        const { session } = journal.state;
        items = new Map();
        label.state.items.forEach((item) => items.set(item.id, [...(items.get(item.id) || []), item]));
        journal.state.sequence = Math.max(journal.state.sequence || 0, queue.sequence || 0);
        label.store.entries(session).forEach(function (entry) {
            const { event } = label.store.read(entry) || {};
            if (event) put({ ...event, annotator: null });
        });
        const waiting = [...known.values()].filter((event) => !event.sequence);
        new Set(waiting.map((event) => event.spectrum_id)).forEach((id) => refresh(id));
        read(session);
    }

    function read(session) {
        if (journal.state.session !== session || journal.state.isWhole || reading === session) return;
        reading = session;
        readAll(session)
            .catch(() => setTimeout(() => read(session), RETRY_S * 1000))
            .finally(() => (reading = null));
    }

    journal.isMine = ({ annotator }) => [null, undefined, journal.state.me].includes(annotator);

    journal.mine = function () {
        sorted = sorted || [...known.values()].sort(inOrder);
        return sorted.filter(journal.isMine);
    };

    journal.say = function (events) {
        label.outbox.add(journal.state.session, events, label.state.queue && label.state.queue.pool);
        events.forEach((event) => put({ ...event, annotator: null }));
        new Set(events.map((event) => event.spectrum_id)).forEach((id) => refresh(id));
        label.emit("said", { events });
    };

    /* ---------------------------------------------------------------- wiring */

    Object.assign(journal, {
        of,
        counts,
        find,
        put: (event) => put(event) && refresh(event.spectrum_id),
        sequenceOf: (session) => (session === journal.state.session ? journal.state.sequence : null),
    });
    label.on("start", ({ session }) => begin(session));
    label.on("stop", () => begin(null));
    label.on("queue", queueRead);
    label.on("answer", function ({ event }) {
        event.duration_ms = label.clock.elapsed();
        journal.say([event]);
    });
    label.on("stored", function (content) {
        if (content.session !== journal.state.session) return;
        const numbers = new Map(content.stored.map((one) => [one.event_id, one.sequence]));
        const sent = content.sent.filter((event) => numbers.has(event.event_id));
        const me = content.annotator || journal.state.me;
        const stored = sent.map((event) => ({ ...event, sequence: numbers.get(event.event_id), annotator: me }));
        content.rejected.forEach((one) => forget(one.event_id));
        stored.forEach(put);
        label.emit("news", { events: journal.follow(content) });
    });

    function forget(id) {
        const event = known.get(id);
        if (!event) return;
        known.delete(id);
        spectra.set(event.spectrum_id, of(event.spectrum_id).filter((one) => one !== event));
        sorted = null;
        refresh(event.spectrum_id);
    }
})();
