/* Several tabs and several people in one session: what one says, the others see and are told.
 *
 *   label.others.compare(spectrum_id)   shows who said what about a spectrum
 * Tabs of one browser tell each other at once; what other people do is asked for every two seconds while the page is in
 * front. Of two answers the later one counts, and who answered first is told.
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { journal, el } = label;
    const SECONDS = 2;
    const SLOWEST_S = 15;
    const ANSWERS = new Set(["label", "unsure", "bad"]);
    const channel = window.BroadcastChannel ? new BroadcastChannel("spectrolabe-label") : null;
    let timer = null;
    let failures = 0;
    let heard = 0;

    /* ---------------------------------------------------------------- asking */

    function later(seconds) {
        clearTimeout(timer);
        timer = journal.state.session && !document.hidden ? setTimeout(ask, seconds * 1000) : null;
    }

    async function ask() {
        const { session, sequence, isWhole } = journal.state;
        if (sequence === null || Date.now() - heard < SECONDS * 1000) return later(SECONDS);
        try {
            const address = `/api/labels/events?session=${encodeURIComponent(session)}&after=${sequence}`;
            const content = await label.ask(address);
            if (journal.state.session !== session) return;
            failures = 0;
            const events = journal.follow(content);
            if (isWhole) tell(events);
            if (content.is_more) return later(0);
        } catch (error) {
            failures += 1;
        }
        later(Math.min(SECONDS * 2 ** failures, SLOWEST_S));
    }

    /* ---------------------------------------------------------------- telling */

    const nameOf = (event) => (journal.isMine(event) ? "You" : event.annotator);
    const elsewhere = (event) => (journal.isMine(event) ? " in another tab" : "");

    label.wordsOf = function (event) {
        if (event.kind === "label") {
            const one = label.classOf(event.class_id);
            return one ? one.name : "a class that was removed";
        }
        return { unsure: "unsure", bad: "bad data", skip: "skipped", comment: "comment" }[event.kind] || event.kind;
    };

    const toast = (kind, text, action, run) => window.dash_clientside.toasts.show({ kind, text, action, run });

    label.say = function (text, more) {
        label.text("label-live", [text, more].filter(Boolean).join(" "));
        if (more !== null) toast("plain", [text, more].filter(Boolean).join(" "));
    };

    const isLast = (event) => {
        const answers = journal.of(event.spectrum_id).filter((one) => ANSWERS.has(one.kind) && journal.counts(one));
        return answers[answers.length - 1] === event;
    };

    /* My answer that this one replaces, if it says something else. */
    function replaced(event) {
        const older = journal.of(event.spectrum_id).filter((one) => ANSWERS.has(one.kind) && one !== event);
        const mine = older.filter((one) => journal.isMine(one) && journal.counts(one) && one.queue !== "repeat");
        const last = mine[mine.length - 1];
        const isSame = last && last.kind === event.kind && last.class_id === event.class_id;
        return last && !isSame && last.sequence && last.sequence < event.sequence ? last : null;
    }

    function tell(events) {
        const said = events.filter((event) => event && ANSWERS.has(event.kind) && event.queue !== "repeat" && isLast(event)); // prettier-ignore
        const { current } = label.state;
        const seen = said.find((event) => current && event.spectrum_id === current.id && !label.isRepeat(current));
        const changed = said.filter((event) => event !== seen && !journal.isMine(event) && replaced(event));
        if (seen) tellSeen(seen);
        if (changed.length === 1) tellChanged(changed[0]);
        if (changed.length > 1) {
            const text = `${changed[0].annotator} changed ${changed.length} of your answers. The later ones count.`;
            toast("people", text, "Compare", () => compare(changed[0].spectrum_id));
        }
    }

    function tellSeen(event) {
        const isBlind = label.state.current.is_blind && !replaced(event);
        const what = isBlind ? "labeled this one" : `labeled this one ${label.wordsOf(event)}`;
        const text = `${nameOf(event)} ${what}${elsewhere(event)} just now`;
        toast("people", text, isBlind ? null : "Compare", () => compare(event.spectrum_id));
    }

    function tellChanged(event) {
        const mine = label.wordsOf(replaced(event));
        const text = `${event.annotator} labeled ${event.spectrum_id} ${label.wordsOf(event)}; you had said ${mine}. The later one counts.`;
        toast("people", text, "Compare", () => compare(event.spectrum_id));
    }

    /* ---------------------------------------------------------------- comparing */

    function row(event) {
        const when = new Date(event.created_utc);
        const state = journal.counts(event) ? (isLast(event) ? "counts" : "replaced") : "taken back";
        const cells = [
            nameOf(event),
            label.wordsOf(event) + (event.comment ? `: ${event.comment}` : ""),
            Number.isInteger(event.confidence) ? String(event.confidence) : "—",
            Number.isNaN(when.getTime()) ? "—" : when.toLocaleString("en-GB", { dateStyle: "short", timeStyle: "medium" }),
            ANSWERS.has(event.kind) ? state : journal.counts(event) ? "" : "taken back",
        ];
        return el("tr", {}, ...cells.map((cell) => el("td", {}, cell)));
    }

    function compare(id) {
        const events = journal.of(id).filter((event) => event.kind !== "undo");
        const heads = ["Who", "Said", "Confidence", "When", ""].map((name) => el("th", { scope: "col" }, name));
        const close = el("button", { type: "button", class: "button button-outline" }, "Close");
        const dialog = el(
            "dialog",
            { class: "label-dialog", "aria-labelledby": "label-compare-title" },
            el("h2", { class: "dialog-title", id: "label-compare-title" }, `Answers to ${id}`),
            el("table", { class: "label-answers" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, events.map(row))),
            el("div", { class: "label-dialog-end" }, close)
        );
        close.addEventListener("click", () => dialog.close());
        dialog.addEventListener("close", () => dialog.remove());
        document.body.append(dialog);
        dialog.showModal();
    }

    label.others = { compare };

    /* ---------------------------------------------------------------- tabs */

    const send = (message) => channel && channel.postMessage({ session: journal.state.session, ...message });

    if (channel) {
        channel.addEventListener("message", function ({ data }) {
            if (!journal.state.session || data.session !== journal.state.session) return;
            if (data.events) {
                data.events.forEach((event) => journal.put({ ...event, annotator: null }));
                tell(data.events.map((event) => journal.find(event.event_id)));
            } else if (data.stored) {
                label.emit("elsewhere", data);
                ask();
            }
        });
    }

    label.on("said", ({ events }) => send({ events }));
    label.on("stored", function ({ session, stored, saved_utc: savedUtc }) {
        if (session !== journal.state.session) return;
        heard = Date.now();
        if (stored.length) send({ stored: stored.length, savedUtc });
    });
    label.on("news", ({ events }) => journal.state.isWhole && tell(events));
    label.on("start", () => later(SECONDS));
    label.on("stop", () => clearTimeout(timer));
    document.addEventListener("visibilitychange", () => later(0));
})();
