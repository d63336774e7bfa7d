/* The query: one text in the language of searches. Box, facets, figures, builder and saved searches change the same one.
 *
 *   candidates.find({q, edit, isBack, isFirst})   asks for a query: `q` as it is, or the present one with an edit of
 *       {kind: "values", field, values}, {kind: "range", field, low, high}, {kind: "cone", ra, dec, radius},
 *       {kind: "drop", number}, {kind: "condition", tree}; the server writes the text anew. Returns whether it was understood
 *   candidates.latest(name) -> {signal, isLatest()}   for a question that the next query makes void
 */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, byId } = candidates;
    const running = new Map();
    let asked = 0;

    candidates.latest = function (name) {
        if (running.has(name)) running.get(name).abort();
        const control = new AbortController();
        running.set(name, control);
        return { signal: control.signal, isLatest: () => running.get(name) === control && candidates.isOpen() };
    };
    candidates.on("stop", function () {
        running.forEach((control) => control.abort());
        running.clear();
        asked += 1;
    });

    candidates.find = async function ({ q, edit, isBack, isFirst } = {}) {
        const mine = (asked += 1);
        const text = q === undefined ? candidates.state.q : q;
        let answer;
        try {
            answer = await candidates.ask("query", candidates.question({ q: text, edit }));
        } catch (error) {
            if (mine !== asked) return false;
            showError(error, text);
            // What stands in the address cannot be undone by whoever follows a link: show all, and what is wrong.
            if (isFirst || isBack) candidates.emit("query", { isRefused: true });
            return false;
        }
        if (mine !== asked || !candidates.isOpen()) return false;
        Object.assign(candidates.state, { q: answer.q, chips: answer.chips, tree: answer.tree });
        showError(null);
        if (!isBack) candidates.keep(!isFirst);
        candidates.emit("query", {});
        return true;
    };

    /* Below the box: what is wrong, the text, and a mark where. */
    function showError(error, text) {
        const box = byId("candidates-box");
        if (!box) return;
        box.classList.toggle("is-wrong", Boolean(error));
        const input = byId("candidates-input");
        if (input) input.setAttribute("aria-invalid", String(Boolean(error)));
        if (!error) return candidates.fill("candidates-error");
        const { position, length } = error.content || {};
        const parts = [el("div", { class: "candidates-error-words" }, candidates.icon("circle-alert"), error.message)];
        if (Number.isInteger(position) && text && text.length < 400) {
            const end = Math.min(text.length, position + Math.max(length || 1, 1));
            const marked = el("mark", {}, text.slice(position, end) || " ");
            parts.push(el("pre", { class: "candidates-error-place" }, text.slice(0, position), marked, text.slice(end)));
        }
        candidates.fill("candidates-error", ...parts);
        return undefined;
    }
    candidates.showError = showError;

    candidates.edit = (edit) => candidates.find({ edit });
    candidates.acts.clear = () => candidates.find({ q: "" });

    /* The condition of a field among the chips, if there is one of this kind. */
    candidates.chipOf = (field, kind) => candidates.state.chips.find((one) => one.field === field && (!kind || one.kind === kind)) || null;
})();
