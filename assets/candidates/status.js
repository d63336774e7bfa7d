/* How many, how quick, from which backend; and what it says when the backend is away. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, byId } = candidates;
    const RETRY_S = 15;
    let retry = 0;
    let trouble = null;
    let isSlow = 0;

    function drawCount() {
        const { total, all, ms, stars } = candidates.state;
        if (total === null || !byId("candidates-count")) return;
        const parts = [el("span", {}, el("strong", {}, candidates.count(total)), ` of ${candidates.count(all)} spectra`)];
        if (Number.isFinite(stars)) parts.push(el("span", { class: "quiet candidates-wide" }, candidates.several(stars, "star")));
        parts.push(el("span", { class: "quiet candidates-wide" }, ms >= 10000 ? `${(ms / 1000).toFixed(1)} s` : `${candidates.count(Math.max(ms, 1))} ms`));
        candidates.fill("candidates-count", ...parts);
        sayCount(`${candidates.count(total)} of ${candidates.count(all)} spectra`);
    }
    const sayCount = candidates.debounce((text) => candidates.say(text), 900);

    const NAMES = { embedded: "Embedded index", elasticsearch: "Elasticsearch" };
    const nameOf = (about) => NAMES[about.backend.backend] || about.backend.backend;

    function time(utc) {
        const at = new Date(utc);
        if (Number.isNaN(at.getTime())) return "";
        const isToday = at.toDateString() === new Date().toDateString();
        return isToday ? at.toTimeString().slice(0, 5) : at.toISOString().slice(0, 10);
    }

    function drawBackend() {
        const { about } = candidates.state;
        const place = byId("candidates-backend");
        if (!about || !place) return;
        const searched = about.indices.filter((one) => candidates.state.index.includes(one.name));
        const sum = (name) => searched.reduce((total, one) => total + one[name], 0);
        const [rows, source, pending] = ["n_rows", "n_source", "n_pending"].map(sum);
        const newest = searched.map((one) => one.refreshed_utc).sort().pop(); // prettier-ignore
        const isBehind = rows < source || pending > 0;
        const away = trouble || about.backend.trouble;
        const words = away ? `${nameOf(about)} does not answer` : `${nameOf(about)}, ${candidates.count(rows)} of ${candidates.count(source)} rows${pending ? `, ${candidates.several(pending, "change")} waiting` : ""}${newest ? `, refreshed ${time(newest)}` : ""}`;
        place.classList.toggle("is-away", Boolean(away));
        place.classList.toggle("is-behind", !away && isBehind);
        place.title = "What is searched";
        candidates.fill(place, candidates.icon(away ? "cloud-off" : isBehind ? "clock" : "circle-check"), el("span", {}, words));
        drawBanner(about, away);
    }

    function drawBanner(about, away) {
        clearTimeout(retry);
        if (!away) return candidates.fill("candidates-banner");
        const text = "What was found stays on the page; labels are kept. Searches go on once it answers.";
        const again = candidates.button("Try again", { kind: "soft", icon: "refresh-cw" }, tryAgain);
        const words = el("div", { class: "banner-text" }, el("strong", {}, `${nameOf(about)} does not answer.`), ` ${text}`, el("div", { class: "small secondary" }, String(away)));
        candidates.fill("candidates-banner", el("div", { class: "banner banner-waiting", role: "status" }, candidates.icon("cloud-off"), words, el("div", { class: "tools" }, again)));
        retry = setTimeout(tryAgain, RETRY_S * 1000);
        return undefined;
    }

    async function tryAgain() {
        if (!candidates.isOpen()) return;
        const { session, index } = candidates.state;
        const query = new URLSearchParams(session ? { session } : {});
        if (candidates.state.isIndexChosen) query.set("index", index.join());
        try {
            const about = await candidates.ask(`state?${query}`);
            const wasAway = Boolean(trouble || candidates.state.about.backend.trouble);
            trouble = about.backend.trouble;
            if (wasAway && !trouble) return candidates.load();
            candidates.state.about.backend = about.backend;
        } catch (error) {
            trouble = error.message;
        }
        drawBackend();
        return undefined;
    }

    /* A refused question stands under the box; a backend that is away in a banner. */
    candidates.on("trouble", function ({ error }) {
        if (error.status === 503 || error.status === 0) {
            trouble = error.message;
            drawBackend();
        } else candidates.showError(error, candidates.state.q);
    });

    function recovered() {
        if (!trouble) return;
        trouble = null;
        drawBackend();
    }

    /* ---------------------------------------------------------------- what is searched */

    candidates.acts.backend = function () {
        const { about, index } = candidates.state;
        if (!about) return;
        const chosen = new Set(index);
        const rows = about.indices.map(function (one) {
            const box = el("input", { type: "checkbox", class: "form-check-input", value: one.name });
            box.checked = chosen.has(one.name);
            box.addEventListener("change", () => (box.checked ? chosen.add(one.name) : chosen.delete(one.name)));
            const behind = one.n_rows < one.n_source || one.n_pending ? `, ${candidates.count(one.n_source - one.n_rows + one.n_pending)} behind` : "";
            const size = one.bytes > 1e9 ? `${(one.bytes / 1e9).toFixed(1)} GB` : `${(one.bytes / 1e6).toFixed(1)} MB`;
            return el("label", { class: "candidates-index" }, box, el("span", { class: "candidates-index-name" }, one.name), el("span", { class: "secondary" }, `${candidates.count(one.n_rows)} of ${candidates.count(one.n_source)} rows${behind}`), el("span", { class: "quiet" }, `${size}, ${time(one.refreshed_utc)}`));
        });
        const facts = el("p", { class: "candidates-why" }, `${nameOf(about)}${about.backend.version ? ` ${about.backend.version}` : ""}. ${about.backend.trouble || "Catalogs can be searched one by one or together; what several have in common is one field."}`);
        const search = candidates.button("Search these", { kind: "primary" }, function () {
            dialog.close();
            candidates.state.index = [...chosen];
            candidates.state.isIndexChosen = true;
            candidates.keep(true);
            candidates.load();
        });
        const dialog = candidates.dialog("What is searched", el("div", {}, facts, ...rows), candidates.button("Look again", { kind: "soft", icon: "refresh-cw" }, () => (dialog.close(), tryAgain())), search);
    };

    candidates.on("about", () => ((trouble = null), drawBackend()));
    candidates.on("count", () => (clearTimeout(isSlow), recovered(), drawCount()));
    candidates.on("query", function () {
        clearTimeout(isSlow);
        isSlow = setTimeout(() => candidates.isOpen() && byId("candidates-count").classList.add("is-old"), 300);
    });
    candidates.on("count", () => byId("candidates-count").classList.remove("is-old"));
    candidates.on("stop", () => (clearTimeout(retry), clearTimeout(isSlow), (trouble = null)));
})();
