/* What is done with all results at once: labels, a queue, files. A long task goes on without the page. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, byId } = candidates;
    const FOLLOW_MS = 700;
    const FORMATS = [
        ["csv", "CSV", "for everything"],
        ["parquet", "Parquet", "small and quick, with types"],
        ["votable", "VOTable", "for TOPCAT and Aladin, with units"],
        ["fits", "FITS table", "binary table with units"],
        ["zip", "ZIP with the spectra", "the table and each spectrum's file"],
    ]; // prettier-ignore
    let isHidden = false;
    let job = null;
    let timer = 0;

    /* ---------------------------------------------------------------- the bar */

    function draw() {
        const bar = byId("candidates-act");
        if (!bar) return;
        const { about, total, view } = candidates.state;
        const { isExplicit, n } = candidates.chosen.state();
        bar.hidden = !about || isHidden || !total || view !== "spectra";
        if (bar.hidden) return;
        const words = isExplicit ? [el("strong", {}, `${candidates.count(n)} chosen`), el("span", {}, ` of ${candidates.count(total)}`)] : [el("strong", {}, `All ${candidates.count(total)} results`), el("span", { class: "candidates-wide" }, "also those not on screen")];
        candidates.fill("candidates-meant", ...words);
        const has = Boolean(about.session);
        const off = (name, isOff, why) => {
            const button = bar.querySelector(`[data-act="${name}"]`);
            button.disabled = isOff || !n;
            button.title = isOff ? why : "";
        };
        off("label-all", !has || !about.has_spectra, "Labels belong to a session with a pool.");
        off("queue-all", !has || !about.has_spectra, "A queue belongs to a session with a pool.");
        off("export", false, "");
    }

    candidates.acts["hide-bar"] = function () {
        isHidden = true;
        candidates.chosen.setAll(false);
        draw();
    };

    const meant = () => candidates.question(candidates.chosen.asked());
    const words = () => candidates.several(candidates.chosen.state().n, "spectrum", "spectra");

    /* A dialog's main button: busy while it works, its failure beneath the fields. */
    function runner(text, run) {
        const error = el("div", { class: "field-error", role: "alert" });
        const button = candidates.button(text, { kind: "primary" }, async function () {
            button.disabled = true;
            try {
                await run();
            } catch (refused) {
                error.textContent = refused.message;
            }
            button.disabled = false;
        });
        return { button, error };
    }

    /* ---------------------------------------------------------------- label */

    candidates.acts["label-all"] = function () {
        const { n } = candidates.chosen.state();
        const options = candidates.classes().map(function (one, k) {
            const input = el("input", { type: "radio", name: "candidates-class", value: one.class_id, class: "form-check-input" });
            input.checked = k === 0;
            return el("label", { class: "candidates-option" }, input, candidates.mark(one), el("span", {}, one.name));
        });
        const text = el("p", { class: "candidates-why" }, `One label for ${words()} at once. Members of the random sample that measures the network are left out: they are labeled blind, one by one. Labels that you gave before are replaced; Undo takes all of it back.`);
        const comment = el("input", { class: "form-control", maxlength: "2000", "aria-label": "Comment", placeholder: "Comment, for all of them", autocomplete: "off" });
        const confirm = el("input", { class: "form-control", inputmode: "numeric", autocomplete: "off", id: candidates.nextId("confirm") });
        const sure = n > 100 ? el("div", { class: "field" }, el("label", { class: "field-label", for: confirm.id }, `To confirm, enter how many: ${candidates.count(n)}`), confirm) : null;
        const form = el("div", { class: "stack" }, text, el("div", { class: "candidates-options", role: "radiogroup", "aria-label": "Class" }, ...options), comment, sure);
        const { button, error } = runner(`Label ${words()}`, async function () {
            if (sure && confirm.value.replace(/[\s,.]/g, "") !== String(n)) throw new Error(`Enter ${candidates.count(n)} to confirm.`);
            const { value } = form.querySelector("input[type=radio]:checked");
            const answer = await candidates.ask("label", { ...meant(), class_id: value, comment: comment.value, expected: n });
            dialog.close();
            labeled(answer, candidates.classOf(value));
        });
        const dialog = candidates.dialog(`Label ${words()}`, el("div", {}, form, error), candidates.button("Cancel", { kind: "soft" }, () => dialog.close()), button);
    };

    function labeled(answer, one) {
        const left = answer.n_left_out ? `, ${candidates.several(answer.n_left_out, "member")} of the sample left out` : "";
        candidates.toast(`${candidates.several(answer.n, "spectrum", "spectra")} labeled ${one.name}${left}`, answer.n ? "Undo" : null, async function () {
            try {
                const back = await candidates.ask("undo", { session: candidates.state.session, bulk: answer.bulk });
                candidates.toast(`${candidates.several(back.n, "label")} taken back`);
            } catch (error) {
                candidates.emit("trouble", { error });
            }
            candidates.emit("labels", { ids: null });
        });
        candidates.emit("labels", { ids: null });
    }

    /* ---------------------------------------------------------------- queue */

    candidates.acts["queue-all"] = function () {
        const name = el("input", { class: "form-control", value: nameOf(), maxlength: "60", id: candidates.nextId("name"), autocomplete: "off" });
        const text = el("p", { class: "candidates-why" }, `A list of ${words()}, to be labeled one by one on the page Label.`);
        const form = el("div", { class: "stack" }, text, el("div", { class: "field" }, el("label", { class: "field-label", for: name.id }, "Name of the list"), name));
        const { button, error } = runner("Make the queue", async function () {
            const answer = await candidates.ask("queue", { ...meant(), name: name.value });
            dialog.close();
            const open = `/label?${new URLSearchParams({ session: candidates.state.session, source: answer.source })}`;
            candidates.toast(`“${answer.name}” has ${candidates.several(answer.n, "spectrum", "spectra")}`, "Open", () => window.location.assign(open));
        });
        const dialog = candidates.dialog("Queue for labeling", el("div", {}, form, error), candidates.button("Cancel", { kind: "soft" }, () => dialog.close()), button);
        name.select();
    };

    function nameOf() {
        const short = candidates.state.chips.map((one) => `${one.name} ${one.shown}`.trim()).join(", "); // prettier-ignore
        return (short || "all spectra").slice(0, 60);
    }

    /* ---------------------------------------------------------------- export */

    candidates.acts.export = function () {
        const { about } = candidates.state;
        const formats = FORMATS.filter(([value]) => value !== "zip" || about.has_spectra).map(function ([value, name, about_], k) {
            const input = el("input", { type: "radio", name: "candidates-format", value, class: "form-check-input" });
            input.checked = k === 0;
            return el("label", { class: "candidates-option" }, input, el("span", {}, name), el("span", { class: "quiet" }, about_));
        });
        const every = el("input", { type: "checkbox", class: "form-check-input", id: candidates.nextId("every") });
        const form = el("div", { class: "stack" },
            el("p", { class: "candidates-why" }, `${words()}, in the order of the table. The file is made in the background; you can close the page.`),
            el("div", { class: "candidates-options", role: "radiogroup", "aria-label": "Format" }, ...formats),
            el("label", { class: "candidates-option" }, every, el("span", {}, "Every field"), el("span", { class: "quiet" }, "else the columns of the table"))
        ); // prettier-ignore
        const { button, error } = runner("Make the file", async function () {
            const { value } = form.querySelector("input[type=radio]:checked");
            const columns = every.checked ? null : candidates.grid.shown().filter((name) => name !== "window" && name !== "id");
            const answer = await candidates.ask("export", { ...meant(), format: value, columns, sort: candidates.state.sort });
            dialog.close();
            follow(answer.job);
        });
        const iterations = about.downloads.length ? el("details", { class: "candidates-downloads" }, el("summary", {}, "Predictions of every iteration, whole pool"), ...about.downloads.map((one) => el("div", { class: "candidates-download" }, el("span", {}, one.name), ...one.files.map((file) => el("a", { href: file.url, download: "" }, file.format))))) : null;
        const dialog = candidates.dialog(`Export ${words()}`, el("div", {}, form, error, iterations), candidates.button("Cancel", { kind: "soft" }, () => dialog.close()), button);
    };

    async function follow(id) {
        clearTimeout(timer);
        job = id;
        candidates.remember(`job-${candidates.state.session}`, id);
        if (!candidates.isOpen()) return;
        let found;
        try {
            found = await candidates.ask(`job?${new URLSearchParams({ id })}`);
        } catch (error) {
            if (error.status === 404) return forget();
            timer = setTimeout(() => follow(id), 4 * FOLLOW_MS);
            return;
        }
        if (job !== id || !candidates.isOpen()) return;
        drawJob(found);
        if (["PENDING", "QUEUED", "EXECUTING"].includes(found.phase)) timer = setTimeout(() => follow(id), FOLLOW_MS);
    }

    function forget() {
        job = null;
        candidates.remember(`job-${candidates.state.session}`, null);
        candidates.fill("candidates-job");
    }

    function drawJob(found) {
        const close = candidates.iconButton("x", "Close", forget);
        if (found.phase === "COMPLETED") {
            const links = found.files.map((one) => el("a", { class: "button button-bar-main button-small", href: one.url, download: "" }, candidates.icon("download"), el("span", {}, `Download ${one.name}`)));
            candidates.fill("candidates-job", el("span", {}, found.summary || "Export ready"), ...links, close);
            return;
        }
        if (found.phase === "ERROR" || found.phase === "ABORTED") {
            candidates.fill("candidates-job", candidates.icon("circle-x"), el("span", { class: "candidates-job-failed" }, found.phase === "ERROR" ? `Export failed: ${found.message}` : "Export canceled"), close);
            return;
        }
        const share = found.share === null ? 0 : Math.round(100 * found.share);
        const bar = el("span", { class: "candidates-job-bar" }, el("span", { style: `width:${share}%` }));
        const cancel = candidates.iconButton("x", "Cancel the export", () => candidates.ask("job/cancel", { id: job }).then(() => follow(job)).catch((error) => candidates.emit("trouble", { error })));
        candidates.fill("candidates-job", bar, el("span", {}, found.phase === "EXECUTING" ? `${found.message || "Exporting"} ${share} %` : "Export waits its turn"), cancel);
    }

    candidates.on("about", function () {
        isHidden = false;
        const open = candidates.remembered(`job-${candidates.state.session}`, null);
        if (open) follow(open);
        draw();
    });
    ["count", "chosen", "view"].forEach((name) => candidates.on(name, draw));
    candidates.on("query", () => ((isHidden = false), draw()));
    candidates.on("stop", () => (clearTimeout(timer), (job = null)));
})();
