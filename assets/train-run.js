/* Train: what can be run, the run that is watched, its log and the times on the page. Called by callbacks/train. */
(function () {
    "use strict";
    const dc = (window.dash_clientside = window.dash_clientside || {});
    const own = (dc.train = dc.train || {});
    const SILENT_MS = 12000;

    /* The one primary button: what it would do, or why it cannot. */
    own.runState = function (checked, live) {
        const label = !checked || checked.iteration === null ? "Run"
            : checked.trains ? `Train iteration ${checked.iteration}` : "Draw spectra to label";
        const isActive = live && ["QUEUED", "EXECUTING"].includes(live.phase);
        if (isActive) return [true, label, "One run per session. Wait for it, or cancel it."];
        if (!checked) return [true, label, ""];
        return [!checked.valid, label, checked.valid ? "" : "Mend the configuration first."];
    };

    /* No question first: what was canceled can be resumed. */
    own.canceling = (clicks) => (clicks ? [true, "Canceling…"] : [dc.no_update, dc.no_update]);

    /* A watcher may tell late what was true before the run ended. */
    own.accept = function (told, live) {
        if (!told) return dc.no_update;
        const isSame = live && live.job_id === told.job_id && live.attempt === told.attempt;
        const isNewer = live && live.job_id === told.job_id && live.attempt > told.attempt;
        const isOver = isSame && !["QUEUED", "EXECUTING"].includes(live.phase);
        return isOver || isNewer ? dc.no_update : told;
    };

    /* A watcher that was killed tells nothing: attach again when a run has been silent. */
    own.watch = function (_n, told, live) {
        const isRunning = live && live.phase === "EXECUTING";
        return isRunning && told > 0 && Date.now() - told > SILENT_MS ? { at: Date.now() } : dc.no_update;
    };

    /* While Follow is on, the last line stays in sight. */
    function followLog() {
        const log = document.getElementById("train-log");
        const follow = document.getElementById("train-log-follow");
        if (log && follow && follow.checked) log.scrollTop = log.scrollHeight;
    }

    own.copyLog = async function (clicks) {
        const log = document.getElementById("train-log");
        if (!clicks || !log) return dc.no_update;
        const text = [...log.querySelectorAll(".log-line")].map((line) => line.textContent).join("\n");
        try {
            await navigator.clipboard.writeText(text);
        } catch (error) {
            window.getSelection().selectAllChildren(log);
            document.execCommand("copy");
        }
        const id = String(Date.now());
        dc.set_props("shell-toast-store", { data: { id, text: "Log copied", kind: "done" } });
        return dc.no_update;
    };

    /* `<time class="local-time">` shows the reader's own clock, as soon as it stands in the page. */
    function showLocalTimes() {
        for (const one of document.querySelectorAll("time.local-time")) {
            const then = new Date(one.dateTime);
            const clock = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
            const pad = (n) => String(n).padStart(2, "0");
            const day = `${then.getFullYear()}-${pad(then.getMonth() + 1)}-${pad(then.getDate())} `;
            const text = (then.toDateString() === new Date().toDateString() ? "" : day) + clock;
            if (one.textContent !== text) one.textContent = text;
        }
    }

    new MutationObserver(function (changes) {
        showLocalTimes();
        if (changes.some((change) => change.target.closest && change.target.closest("#train-log"))) followLog();
    }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
    document.addEventListener("change", (event) => {
        if (event.target.id === "train-log-follow") followLog();
    });
})();
