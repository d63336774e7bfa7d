/* What is said in the table: in a cell, or about all selected rows at once. Every word goes through the journal and the
 * outbox, as those of the keys do; what was done at once is taken back at once.
 *
 *   label.gridEdit.say(items, kind, fields) -> events
 *   label.gridEdit.answerEditor(…), .commentEditor(…), .confidenceEditor(…)   editors of ag-grid
 *   label.gridEdit.drawBar()                            the bar of the selected rows
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { el } = label;
    const LONGEST = 2000;
    const ANSWERS = new Set(["label", "unsure", "bad"]);

    /* ---------------------------------------------------------------- events */

    function eventOf(item, kind, fields, bulk) {
        const { queue } = label.state;
        const { row } = label.gridColumns.of({ key: item.key });
        const isBlind = Boolean(item.is_blind || row.is_blind);
        const shown = { view: "table", blind: isBlind, guess: !isBlind && label.view.guess && row.prediction ? { [row.prediction]: row.probability } : null };
        return {
            event_id: label.uuid(),
            kind,
            spectrum_id: item.id,
            class_id: fields.class_id || null,
            comment: fields.comment === undefined ? null : fields.comment,
            confidence: Number.isInteger(fields.confidence) ? fields.confidence : null,
            duration_ms: null,
            queue: item.queue || null,
            iteration: queue.iteration === undefined ? null : queue.iteration,
            shown: bulk ? { ...shown, bulk } : shown,
            created_utc: new Date().toISOString().replace("Z", "+00:00"),
        };
    }

    function say(items, kind, fields) {
        if (!items.length) return [];
        const bulk = items.length > 1 ? label.uuid() : null;
        const events = items.map((item) => eventOf(item, kind, fields || {}, bulk));
        label.journal.say(events);
        if (bulk) tell(events, kind, fields || {});
        return events;
    }

    function tell(events, kind, { class_id: classId, comment }) {
        const n = `${label.count(events.length)} spectra`;
        const one = kind === "label" ? label.classOf(classId) : null;
        const text = kind === "comment" ? (comment ? `Commented ${n}` : `Comments of ${n} taken away`) : `Labeled ${n} ${one ? one.name : kind === "bad" ? "bad data" : kind}`;
        label.text("label-live", text);
        window.dash_clientside.toasts.show({ kind: "done", text, action: "Undo", run: () => takeBack(events) });
    }

    /* Those of the events that count still. */
    function takeBack(events) {
        const targets = events.map((event) => label.journal.find(event.event_id)).filter((event) => event && label.journal.counts(event));
        if (targets.length) label.journal.takeBack(targets);
        label.text("label-live", `Taken back: ${label.count(targets.length)} spectra`);
    }

    /* Every answer to a spectrum that counts: without them it has no label. */
    function unlabel(item) {
        const isRepeat = label.isRepeat(item);
        const events = label.journal.of(item.id).filter((event) => ANSWERS.has(event.kind) && (event.queue === "repeat") === isRepeat && label.journal.counts(event));
        if (events.length) label.journal.takeBack(events);
    }

    function answer(item, key) {
        if (key === "none") unlabel(item);
        else if (key.startsWith("class:")) say([item], "label", { class_id: key.slice(6) });
        else if (key === "unsure" || key === "bad") say([item], key);
    }

    /* ---------------------------------------------------------------- in a cell */

    function answersFor(item, wordOf) {
        const keys = [...label.state.classes.map((one) => `class:${one.class_id}`), "unsure", "bad"];
        if (item.label) keys.push("none");
        return keys.map((key) => [key, wordOf(key)]);
    }

    function answerEditor(of, answerOf, wordOf) {
        return {
            cellEditor: label.gridCells.Picker,
            cellEditorPopup: true,
            cellEditorPopupPosition: "under",
            cellEditorParams: { answers: (data) => answersFor(of(data).item, wordOf) },
            // A letter typed on a row labels nothing; Enter and F2 open the list.
            suppressKeyboardEvent: ({ event, editing }) => !editing && event.key.length === 1 && event.key !== " ",
            valueFormatter: ({ value }) => (value ? wordOf(value) : "—"),
            valueSetter: ({ data, newValue }) => {
                const entry = of(data);
                if (newValue && newValue !== answerOf(entry)) answer(entry.item, newValue);
                return false; // the journal draws it
            },
        };
    }

    /* How sure one is belongs to a label: it is said again with another confidence. */
    function confidenceEditor(of) {
        const answers = [...label.CONFIDENCE.map((words, k) => [String(k), `${k}: ${words}`]), ["none", "not stated"]];
        return {
            editable: ({ data }) => Boolean(of(data).item.label && of(data).item.label.kind === "label"),
            cellEditor: label.gridCells.Picker,
            cellEditorPopup: true,
            cellEditorPopupPosition: "under",
            cellEditorParams: { answers: () => answers, about: "Confidence" },
            suppressKeyboardEvent: ({ event, editing }) => !editing && event.key.length === 1 && event.key !== " ",
            valueSetter: ({ data, newValue }) => {
                const { item } = of(data);
                const confidence = newValue === "none" ? null : Number(newValue);
                const before = item.label && Number.isInteger(item.label.confidence) ? item.label.confidence : null;
                if (newValue !== null && item.label && confidence !== before) say([item], "label", { class_id: item.label.class_id, confidence });
                return false;
            },
        };
    }

    function commentEditor(of) {
        return {
            cellEditor: label.gridCells.Writer,
            cellEditorPopup: true,
            cellEditorParams: { longest: String(LONGEST) },
            valueSetter: ({ data, newValue }) => {
                const { item } = of(data);
                const text = String(newValue || "").trim().slice(0, LONGEST);
                if (text !== (item.comment || "")) say([item], "comment", { comment: text });
                return false;
            },
        };
    }

    /* ---------------------------------------------------------------- the bar */

    const selected = () => label.grid.selected();

    function drawBar() {
        const items = selected();
        const acts = label.byId("label-grid-acts");
        if (!acts) return;
        const shown = label.grid.shownKeys();
        const away = items.filter((item) => !shown.has(item.key)).length;
        const blind = items.filter((item) => item.is_blind).length;
        const notes = [away ? `${label.count(away)} of them not shown` : "", blind ? `${label.count(blind)} of the random sample` : ""].filter(Boolean);
        const words = items.length ? [el("strong", {}, `${label.count(items.length)} selected`), notes.length ? ` · ${notes.join(" · ")}` : ""] : [el("span", { class: "quiet" }, "Select rows to label them at once")];
        label.fill("label-grid-selected", ...words);
        acts.hidden = !items.length;
        if (!items.length) acts.querySelectorAll("details[open]").forEach((menu) => menu.removeAttribute("open"));
    }

    function drawClasses() {
        const buttons = label.state.classes.map((one) => el("button", { type: "button", class: "button button-plain", "data-command": `grid-class:${one.class_id}` }, label.mark(one), one.name));
        label.fill("label-grid-classes", ...buttons, el("hr", { class: "menu-line" }), el("button", { type: "button", class: "button button-plain", "data-command": "grid-unsure" }, "Unsure"));
    }

    function ask() {
        const items = selected();
        if (!items.length) return;
        const field = el("textarea", { class: "form-control", id: "label-grid-comment", rows: "3", maxlength: String(LONGEST) });
        const same = new Set(items.map((item) => item.comment || ""));
        if (same.size === 1) field.value = [...same][0];
        const others = items.filter((item) => item.comment).length;
        const note = others ? `It replaces the comment of ${label.count(others)} of them; an empty one takes it away.` : "It is stored with each of them.";
        const form = el(
            "form",
            { class: "label-grid-form" },
            el("label", { for: "label-grid-comment", class: "field-label" }, `Comment on ${label.count(items.length)} ${items.length === 1 ? "spectrum" : "spectra"}`),
            field,
            el("p", { class: "label-why" }, note),
            el("div", { class: "label-dialog-end" }, el("button", { type: "submit", class: "button button-primary" }, "Save the comment"))
        );
        form.addEventListener("submit", function (event) {
            event.preventDefault();
            const text = field.value.trim();
            label.closeOver();
            say(items.filter((item) => (item.comment || "") !== text), "comment", { comment: text });
        });
        label.over("Comment", form);
        field.focus();
    }

    Object.assign(label.commands, {
        "grid-class": (classId) => label.classOf(classId) && say(selected(), "label", { class_id: classId }),
        "grid-unsure": () => say(selected(), "unsure"),
        "grid-bad": () => say(selected(), "bad"),
        "grid-comment": ask,
        "grid-none": () => label.grid.clearSelection(),
    });

    label.gridEdit = { say, answerEditor, commentEditor, confidenceEditor, drawBar, drawClasses };
})();
