/* The histogram card: any number, and for the probability of a candidate what a threshold promises. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, byId } = candidates;
    const BINS = 40;
    let histogram = null;
    let select = null;
    let last = null;

    /* From where on is asked: of a probability at least, of others between two limits. */
    const ENDS = { "@p_candidate": ["low"], "@probability": ["low"] };

    function build() {
        histogram = new candidates.Histogram(byId("candidates-histogram"), {
            margins: { left: 58, right: 16, top: 8, bottom: 40 },
            onMove: (low, high) => expected(low, high),
            onChange: (low, high) => candidates.edit({ kind: "range", field: candidates.state.field, low, high }),
        });
        select = el("select", { class: "form-select select-small candidates-field-select", "aria-label": "Field of the histogram" });
        select.addEventListener("change", function () {
            Object.assign(candidates.state, { field: select.value, isFieldChosen: true });
            candidates.keep(false);
            refresh();
        });
        const scale = el("button", { type: "button", class: "candidates-scale", "data-act": "scale" });
        candidates.fill("candidates-field", select, scale);
    }

    function drawSelect() {
        const numbers = candidates.state.about.fields.filter((one) => ["number", "integer", "time"].includes(one.type));
        candidates.fill(select, ...numbers.map((one) => el("option", { value: one.name }, one.title)));
        select.value = candidates.state.field || "";
        drawScale();
    }

    function drawScale() {
        const button = document.querySelector('[data-act="scale"]');
        button.textContent = candidates.state.isLog ? "log" : "linear";
        button.setAttribute("aria-label", `Counts on a ${candidates.state.isLog ? "logarithmic" : "linear"} axis; switch`);
    }

    candidates.acts.scale = function () {
        candidates.state.isLog = !candidates.state.isLog;
        candidates.keep(false);
        drawScale();
        draw();
    };

    async function refresh() {
        const { field, about } = candidates.state;
        if (!about || !histogram) return;
        if (!field) return candidates.fill("candidates-expected", el("span", { class: "quiet" }, "no numbers"));
        select.value = field;
        const { signal, isLatest } = candidates.latest("histogram");
        try {
            const answer = await candidates.ask("histogram", candidates.question({ field, bins: BINS }), { signal });
            if (!isLatest()) return undefined;
            last = answer;
            draw();
        } catch (error) {
            if (error.name !== "AbortError" && isLatest()) candidates.emit("trouble", { error });
        }
        return undefined;
    }

    function limits() {
        const chip = candidates.chipOf(candidates.state.field, "range");
        return [chip ? chip.low : null, chip ? chip.high : null];
    }

    function draw() {
        if (!last) return;
        const { field, isLog } = candidates.state;
        const [low, high] = limits();
        const ends = ENDS[field] || ["low", "high"];
        const known = candidates.fieldOf(field) || { title: field };
        const [from, to] = [last.edges[0], last.edges[last.edges.length - 1]];
        const n = last.counts.reduce((sum, one) => sum + one, 0);
        histogram.draw({
            edges: last.edges, counts: last.counts, low, high, isLog, isTime: last.is_time, name: known.title,
            has: { low: ends.includes("low") || low !== null, high: ends.includes("high") || high !== null },
            step: field.startsWith("@") ? 0.01 : candidates.stepOf(from, to, 200), yTitle: "Spectra",
            xTitle: ENDS[field] ? "Probability" : known.title + (known.unit ? ` (${known.unit})` : ""),
            sentence: `Histogram of ${known.title}: ${candidates.several(n, "spectrum", "spectra")} from ${candidates.short(from)} to ${candidates.short(to)}`,
        }); // prettier-ignore
        expected(low, high);
    }

    /* Right of the title: the limits, and how many true candidates are to be expected beyond a threshold. */
    function expected(low, high) {
        const { field } = candidates.state;
        const words = [];
        if (field === "@p_candidate" && last.sums) {
            const at = low === null ? 0 : low;
            const sums = sumsAbove(at);
            const half = 1.96 * Math.sqrt(sums.variance);
            const limit = (value) => candidates.count(Math.min(Math.max(value, 0), sums.n));
            words.push(el("strong", {}, low === null ? "no threshold" : candidates.decimal(at, 2)), ` expect ${candidates.count(sums.mean)} true`, sums.n ? `, ${limit(sums.mean - half)} to ${limit(sums.mean + half)}` : "");
            byId("candidates-expected").title = `Sum of p over ${candidates.count(sums.n)} spectra with its 95 % interval, if p is right: the network's own claim, not a measurement. Performance says how right it is.`;
        } else {
            const n = last.counts.reduce((sum, one) => sum + one, 0);
            const text = (value) => (last.is_time ? new Date(value).toISOString().slice(0, 10) : candidates.short(value));
            if (low !== null || high !== null) words.push(el("strong", {}, [low !== null ? `from ${text(low)}` : "", high !== null ? `to ${text(high)}` : ""].filter(Boolean).join(" ")));
            else words.push(`${candidates.count(n)} values`, last.n_missing ? `, ${candidates.count(last.n_missing)} without` : "");
            byId("candidates-expected").removeAttribute("title");
        }
        candidates.fill("candidates-expected", ...words);
    }

    /* From counts in thousandths: the error of a bin's width is far below the interval. */
    function sumsAbove(threshold) {
        const { counts } = last.sums;
        const sums = { n: 0, mean: 0, variance: 0 };
        counts.forEach((count, k) => {
            if (!count || (k + 1) / counts.length <= threshold + 1e-9) return;
            const p = (k + 0.5) / counts.length;
            sums.n += count;
            sums.mean += count * p;
            sums.variance += count * p * (1 - p);
        });
        return sums;
    }

    candidates.on("start", build);
    candidates.on("about", drawSelect);
    candidates.on("query", refresh);
    candidates.on("stop", function () {
        if (histogram) histogram.destroy();
        [histogram, select, last] = [null, null, null];
    });
})();
