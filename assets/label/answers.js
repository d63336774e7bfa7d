/* What the person says about a spectrum, and the commands of buttons and keys that say it. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;

    label.find = (id) => label.state.items.find((item) => item.key === id || item.id === id) || null;

    function shownNow(item) {
        const data = label.spectra && label.spectra.peek(item);
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
        if (kind !== "comment" && !given.stay) label.advance();
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
        const page = label.byId("label-page");
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
})();
