/* Says truthfully what is saved, what waits in this browser, and what the server did not accept. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { el } = label;
    const PATIENCE_MS = 400; // shorter than this nobody waits; the mark shall not flicker at every key
    const LIVE_MS = 5000;
    let savedUtc = null;
    let since = null; // since when something waits
    let timer = null;
    let spoken = 0;
    let drawn = "";

    const plural = (number, one, many) => `${number} ${number === 1 ? one : many}`;
    const isAnswer = (entry) => ["label", "unsure", "bad", "skip"].includes(entry.kind);
    const named = (entries) =>
        entries.every(isAnswer)
            ? plural(entries.length, "label", "labels")
            : plural(entries.length, "change", "changes");

    function time(utc) {
        return new Date(utc).toLocaleTimeString("en-GB", { hour12: false });
    }

    /* ---------------------------------------------------------------- the mark */

    function draw() {
        const { session } = label.state;
        const place = label.byId("label-saved");
        if (!session || !place) return;
        const entries = label.store.entries(session);
        const { trouble } = label.outbox.state;
        since = entries.length ? since || Date.now() : null;
        const isLong = since !== null && (trouble || Date.now() - since >= PATIENCE_MS);
        place.dataset.waiting = entries.length;
        clearTimeout(timer);
        if (since !== null && !isLong) timer = setTimeout(draw, PATIENCE_MS - (Date.now() - since) + 10);
        if (since === null || isLong) drawMark(place, entries);
        drawBanner(entries, trouble);
    }

    function drawMark(place, entries) {
        const text = entries.length ? `${named(entries)} waiting` : savedUtc ? `Saved ${time(savedUtc)}` : "";
        place.classList.toggle("is-waiting", entries.length > 0);
        if (place.textContent !== text) {
            label.fill(place, text && label.icon(entries.length ? "clock" : "check"), text && el("span", {}, text));
        }
        speak(text);
    }

    /* Screen readers hear it at most every five seconds. */
    function speak(text) {
        if (!text || Date.now() - spoken < LIVE_MS) return;
        spoken = Date.now();
        label.text("label-live", text);
    }

    /* ---------------------------------------------------------------- the banner */

    const are = (entries, one, many) => (entries.length === 1 ? one : many);

    function waitingText(entries, trouble) {
        const waits = `${named(entries)} ${are(entries, "waits", "wait")} in this browser and ${are(entries, "is", "are")} sent once it answers.`; // prettier-ignore
        if (trouble.kind === "away") return ["The server is away.", `${waits} Keep labeling.`];
        if (trouble.kind === "refused") return ["The server lets nobody in.", `${trouble.text} ${waits}`];
        return ["The server cannot save.", `${trouble.text} ${waits}`];
    }

    function banner(kind, icon, [fact, text], ...actions) {
        const words = el("div", { class: "banner-text" }, el("strong", {}, fact), ` ${text}`);
        return el("div", { class: `banner banner-${kind}` }, label.icon(icon), words, el("div", { class: "tools" }, actions));
    }

    function button(text, icon, run) {
        const made = el("button", { type: "button", class: "button button-soft" }, icon && label.icon(icon), el("span", {}, text));
        made.addEventListener("click", run);
        return made;
    }

    function drawBanner(entries, trouble) {
        const host = label.byId("label-banner");
        const refused = label.store.refused(label.state.session);
        const isHere = label.store.isOnlyHere();
        const now = JSON.stringify([entries.length, trouble, refused.length, isHere]);
        if (now === drawn && host.childElementCount) return;
        drawn = now;
        const lines = [];
        if (isHere) {
            const text = ["This browser has no room left.", `${named(entries)} ${are(entries, "is", "are")} kept in this tab alone. Leave it open until all is saved.`]; // prettier-ignore
            lines.push(banner("failed", "triangle-alert", text, button("Try now", "refresh-cw", label.outbox.sendNow)));
        } else if (entries.length && trouble) {
            const text = waitingText(entries, trouble);
            lines.push(banner("waiting", "cloud-off", text, button("Try now", "refresh-cw", label.outbox.sendNow)));
        }
        if (refused.length) lines.push(refusedBanner(refused));
        label.fill(host, ...lines);
        const first = lines.find((line) => line.matches(".banner-failed"));
        label.text("label-alert", first ? first.querySelector(".banner-text").textContent : "");
    }

    function refusedBanner(refused) {
        const fact = `${plural(refused.length, "answer was", "answers were")} not accepted.`;
        const text = `${refused[refused.length - 1].error} ${refused.length === 1 ? "It is" : "They are"} kept in this browser.`;
        return banner(
            "failed",
            "circle-alert",
            [fact, text],
            button("Download them", "download", () => download(refused)),
            button(refused.length === 1 ? "Let it go…" : "Let them go…", null, () => askToLetGo(refused.length))
        );
    }

    function askToLetGo(n) {
        const what = plural(n, "answer", "answers");
        label.confirm({
            title: `Let go of ${what}`,
            text: `The server did not accept ${n === 1 ? "it" : "them"}, and only this browser has ${n === 1 ? "it" : "them"}. What is not downloaded is lost.`,
            yes: `Let ${what} go`,
            no: `Keep ${n === 1 ? "it" : "them"}`,
            run: letGo,
        });
    }

    function letGo() {
        label.store.forget(label.state.session);
        draw();
    }

    function download(refused) {
        const file = new Blob([JSON.stringify(refused, null, 2)], { type: "application/json" });
        const link = el("a", { href: URL.createObjectURL(file), download: `${label.state.session}-not-accepted.json` });
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }

    /* ---------------------------------------------------------------- wiring */

    function start() {
        savedUtc = null;
        since = null;
        drawn = "";
        draw();
    }

    label.on("start", start);
    label.on("stop", () => clearTimeout(timer));
    label.on("outbox", draw);
    label.on("stored", function (content) {
        if (content.session === label.state.session && content.stored.length) savedUtc = content.saved_utc;
    });
    label.on("elsewhere", function (content) {
        savedUtc = content.savedUtc;
        draw();
    });
})();
