/* Statistics of the results: classes by iteration, and which spectra changed class between two of them. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, byId } = candidates;
    let isStale = true;
    let from = null;
    let to = null;

    async function refresh() {
        isStale = true;
        if (candidates.state.view !== "statistics" || !candidates.state.about || candidates.state.total === undefined) return;
        const place = byId("candidates-statistics");
        if (!candidates.state.about.session) return nothing(place, "No session is open", "Classes and iterations belong to a session.");
        isStale = false;
        const { signal, isLatest } = candidates.latest("statistics");
        place.classList.add("is-old");
        try {
            const answer = await candidates.ask("statistics", candidates.question(), { signal });
            if (!isLatest()) return undefined;
            draw(place, answer);
        } catch (error) {
            if (error.name === "AbortError" || !isLatest()) return undefined;
            nothing(place, "The statistics could not be counted", error.message, candidates.button("Try again", { kind: "outline" }, refresh));
        }
        place.classList.remove("is-old");
        return undefined;
    }

    function nothing(place, title, text, ...more) {
        candidates.fill(place, el("div", { class: "empty-state" }, candidates.icon("table"), el("h2", { class: "empty-title" }, title), el("p", { class: "empty-text" }, text), ...more));
    }

    const named = (id) => (id === null ? el("span", { class: "quiet" }, "no class") : el("span", { class: "class-name" }, candidates.mark(candidates.classOf(id)), el("span", {}, candidates.wordOf("@label", id))));

    function table(caption, heads, rows) {
        const head = el("tr", {}, ...heads.map((one, k) => el("th", { scope: "col", class: k ? "cell-number" : "" }, one)));
        const body = rows.map(([name, ...cells]) => el("tr", {}, el("th", { scope: "row" }, name), ...cells.map((cell) => el("td", { class: "cell-number" }, typeof cell === "number" ? candidates.count(cell) : cell))));
        return el("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": caption }, el("table", { class: "data-table" }, el("caption", { class: "visually-hidden" }, caption), el("thead", {}, head), el("tbody", {}, ...body)));
    }

    const card = (title, subtitle, ...body) => el("section", { class: "panel" }, el("div", { class: "panel-head" }, el("div", { class: "panel-head-title" }, el("h2", { class: "card-title" }, title), el("span", { class: "card-subtitle" }, subtitle))), el("div", { class: "panel-body" }, ...body));

    function draw(place, answer) {
        if (!answer.iterations.length) return nothing(place, "No iteration has predicted this pool yet", "Train an iteration; its classes are counted here.");
        const heads = ["Predicted class", ...answer.iterations.map((one) => `Iteration ${one.iteration}`)];
        const rows = answer.classes.map((id, k) => [named(id), ...answer.iterations.map((one) => one.counts[k])]);
        rows.push(["All", ...answer.iterations.map((one) => one.n)]);
        const predicted = card("Predicted classes", "of the results, by iteration", table("Predicted classes by iteration", heads, rows));
        const said = card("Your labels", "of the results, by the iteration whose queue they came from", answer.labels.length ? table("Labels by iteration", ["Label", ...answer.label_iterations.map((one) => (one === null ? "elsewhere" : `Iteration ${one}`))], answer.labels.map((one) => [named(one.class_id), ...one.counts])) : el("p", { class: "candidates-why" }, "None of the results is labeled."));
        const place_ = el("div", {});
        const changes = answer.iterations.length > 1 ? card("Changed class", "between two iterations", chooser(answer.iterations, place_), place_) : null;
        candidates.fill(place, el("div", { class: "candidates-statistics-cards" }, predicted, said, changes));
        if (changes) compare(place_);
        return undefined;
    }

    function chooser(iterations, place) {
        const numbers = iterations.map((one) => one.iteration);
        if (!numbers.includes(from)) from = numbers[numbers.length - 2];
        if (!numbers.includes(to)) to = numbers[numbers.length - 1];
        const select = (value, name, take) => {
            const made = el("select", { class: "form-select select-small", "aria-label": name }, ...numbers.map((one) => el("option", { value: one }, `Iteration ${one}`)));
            made.value = String(value);
            made.addEventListener("change", () => (take(Number(made.value)), compare(place)));
            return made;
        };
        return el("div", { class: "row-line candidates-compare" }, "from", select(from, "From iteration", (one) => (from = one)), "to", select(to, "To iteration", (one) => (to = one)));
    }

    async function compare(place) {
        const { signal, isLatest } = candidates.latest("changes");
        try {
            const answer = await candidates.ask("changes", candidates.question({ from, to }), { signal });
            if (isLatest()) drawChanges(place, answer);
        } catch (error) {
            if (error.name !== "AbortError") candidates.fill(place, el("p", { class: "field-error" }, error.message));
        }
    }

    function drawChanges(place, answer) {
        const words = el("p", { class: "candidates-why" }, el("strong", {}, candidates.count(answer.n_changed)), ` of ${candidates.count(answer.n)} spectra are of another class in iteration ${answer.to} than in iteration ${answer.from}.`);
        if (!answer.n_changed) return candidates.fill(place, words);
        const about = { session: candidates.state.session, from: answer.from, to: answer.to };
        const files = ["csv", "parquet", "votable"].map((format) => el("a", { href: `/api/candidates/changed?${new URLSearchParams({ ...about, format })}`, download: "" }, { csv: "CSV", parquet: "Parquet", votable: "VOTable" }[format]));
        const download = el("p", { class: "candidates-links candidates-why" }, "All that changed, of the whole pool:", ...files);
        const heads = ["Then \\ now", ...answer.classes.map((id) => named(id))];
        const matrix = table("Classes then and now", heads, answer.matrix.map((row, k) => [named(answer.classes[k]), ...row]));
        const list = table("Spectra that changed class most", ["Spectrum", "then", "now", "p then", "p now"], answer.rows.map((one) => [el("button", { type: "button", class: "candidates-link mono", "data-id": one.id }, one.id), named(one.before), named(one.after), candidates.decimal(one.p_before, 3), candidates.decimal(one.p_after, 3)]));
        list.addEventListener("click", (event) => event.target.dataset.id && (candidates.acts.view("spectra"), candidates.find({ q: `id:"${event.target.dataset.id}"` })));
        const more = answer.n_changed > answer.rows.length ? el("p", { class: "candidates-why" }, `The ${answer.rows.length} with the largest change of probability.`) : null;
        return candidates.fill(place, words, matrix, more, list, download);
    }

    candidates.on("query", refresh);
    candidates.on("labels", refresh);
    candidates.on("view", () => isStale && refresh());
    candidates.on("stop", () => ([isStale, from, to] = [true, null, null]));
})();
