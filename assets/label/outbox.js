/* Sends the answers that wait, in order, and lets go of one only when the server says that it is stored.
 *
 *   label.outbox.add(session, events, pool)   keeps events (see outbox-store.js) and begins to send; `pool` is
 *                                       the one of the queue
 *   label.outbox.sendNow()              tries at once, whatever the pause
 *   label.outbox.state                  {trouble: null | {kind, text}, savedUtc, retryAt}
 * Emits "outbox" {session} whenever something changed, and "stored" {session, saved_utc, waiting, stored, rejected,
 * events, sequence} after each answer of the server. It works on every page: what waits is sent from anywhere.
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const ADDRESS = "/api/labels";
    const BATCH = 50;
    const TIMEOUT_S = 20;
    const PAUSES_S = [1, 2, 4, 8, 15];
    const LOCK = "spectrolabe-outbox";
    const LOCK_PATIENCE_S = 15;
    const state = { trouble: null, savedUtc: null, retryAt: null };
    let sending = false;
    let again = false;
    let failures = 0;
    let size = BATCH;
    let timer = null;
    let busySince = null;

    class Trouble extends Error {
        constructor(kind, text) {
            super(text);
            this.kind = kind; // "away": the server does not answer; "refused": it lets nobody in; "failed": it fails
        }
    }

    function add(session, events, pool) {
        events.forEach((event) => label.store.add(session, event, pool));
        label.emit("outbox", { session });
        if (!timer) send();
    }

    function sendNow() {
        clearTimeout(timer);
        timer = null;
        send();
    }

    function later(seconds) {
        clearTimeout(timer);
        state.retryAt = Date.now() + seconds * 1000;
        timer = setTimeout(sendNow, seconds * 1000);
    }

    /* One tab sends at a time; where browsers have no locks, or one is held too long, event ids keep it harmless. */
    function alone(work) {
        const locks = window.navigator.locks;
        const patience = busySince && Date.now() - busySince > LOCK_PATIENCE_S * 1000;
        if (!locks || patience) return work(true);
        return locks.request(LOCK, { ifAvailable: true }, (lock) => work(Boolean(lock)));
    }

    async function send() {
        if (sending) {
            again = true;
            return;
        }
        if (!label.store.entries().length) return;
        sending = true;
        try {
            await alone(sendAll);
        } catch (error) {
            stumbled(error);
        }
        sending = false;
        if (again && !timer) {
            again = false;
            send();
        }
    }

    async function sendAll(isMine) {
        if (!isMine) {
            busySince = busySince || Date.now();
            later(0.3);
            return;
        }
        busySince = null;
        let entries = label.store.entries();
        while (entries.length) {
            again = false;
            const session = entries[0].session;
            await sendBatch(session, entries.filter((entry) => entry.session === session).slice(0, size));
            entries = label.store.entries();
        }
    }

    async function sendBatch(session, entries) {
        const all = entries.map((entry) => [entry, label.store.read(entry)]).filter(([, one]) => one && one.event);
        if (!all.length) return entries.forEach(label.store.drop);
        const { pool } = all[0][1];
        const end = all.findIndex(([, one]) => one.pool !== pool); // a post is about one pool
        const pairs = (end < 0 ? all : all.slice(0, end)).map(([entry, { event }]) => [entry, event]);
        let content;
        try {
            content = await post({ session, pool, events: pairs.map(([, event]) => event) });
        } catch (error) {
            if (!error.isWrong) throw error;
            // Something in the batch is no event at all: alone it is found, and kept apart with the reason.
            if (pairs.length > 1) size = 1;
            else settle(session, pairs, { stored: [], rejected: [{ event_id: pairs[0][0].id, error: error.message }] });
            return;
        }
        size = BATCH;
        settle(session, pairs, content);
    }

    async function post(body) {
        const after = label.journal ? label.journal.sequenceOf(body.session) : null;
        let answer;
        try {
            answer = await fetch(ADDRESS, {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ ...body, after }),
                signal: AbortSignal.timeout(TIMEOUT_S * 1000),
            });
        } catch (error) {
            throw new Trouble("away", "The server is away.");
        }
        const content = await answer.json().catch(() => null);
        if (answer.ok && content && Array.isArray(content.stored)) return content;
        throw problem(answer.status, content);
    }

    function problem(status, content) {
        const text = content && content.error;
        if (status === 401 || status === 403 || status === 429) {
            return new Trouble("refused", text || "The server wants to know who you are. Load the page again.");
        }
        const made = new Trouble(status >= 500 && !text ? "away" : "failed", text || `The server answers ${status}.`);
        made.isWrong = status >= 400 && status < 500 && Boolean(text);
        return made;
    }

    function settle(session, pairs, content) {
        const byId = new Map(pairs.map(([entry]) => [entry.id, entry]));
        const rejected = content.rejected || [];
        content.stored.forEach((one) => byId.has(one.event_id) && label.store.drop(byId.get(one.event_id)));
        rejected.forEach((one) => byId.has(one.event_id) && label.store.refuse(byId.get(one.event_id), one.error));
        if (!content.stored.length && !rejected.length) throw new Trouble("failed", "The server stored nothing.");
        recovered();
        if (content.stored.length) state.savedUtc = content.saved_utc || new Date().toISOString();
        const waiting = label.store.entries(session).length;
        const sent = pairs.map(([, event]) => event);
        label.emit("stored", { ...content, session, waiting, rejected, sent, saved_utc: state.savedUtc });
        label.emit("outbox", { session });
    }

    function recovered() {
        failures = 0;
        state.trouble = null;
        state.retryAt = null;
    }

    function stumbled(error) {
        const isKnown = error instanceof Trouble;
        if (!isKnown) console.error("Labels are not sent:", error);
        state.trouble = { kind: isKnown ? error.kind : "failed", text: error.message };
        later(PAUSES_S[Math.min(failures, PAUSES_S.length - 1)]);
        failures += 1;
        label.emit("outbox", { session: label.state.session });
    }

    label.outbox = { state, add, sendNow };

    ["online", "focus"].forEach((name) => window.addEventListener(name, sendNow));
    document.addEventListener("visibilitychange", () => document.hidden || sendNow());
    document.addEventListener("spectrolabe:back", sendNow);
    // Another tab has sent or added something.
    window.addEventListener("storage", function (event) {
        if (event.key !== null && !event.key.startsWith("spectrolabe-outbox/")) return;
        label.emit("outbox", { session: label.state.session });
        if (event.newValue && !timer) later(1); // the other tab sends it; this one only if that does not happen
    });
    sendNow();
})();
