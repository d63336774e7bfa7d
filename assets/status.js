/* Asks the server every two seconds how things are; says so when it is away, and when it is back. */
(function () {
    "use strict";
    const spectrolabe = (window.spectrolabe = window.spectrolabe || {});
    const SECONDS = 2;
    const SLOWEST = 6;
    const TIMEOUT = 5;
    const FAILURES = 3;
    const STORE = "shell-status-store";
    let timer = null;
    let asking = false;
    let failures = 0;
    let shown = "";

    const isReady = () => window.dash_clientside && window.dash_clientside.set_props && document.getElementById("shell-bar");

    function later(seconds) {
        clearTimeout(timer);
        timer = document.hidden ? null : setTimeout(ask, seconds * 1000);
    }

    function setAway(isAway) {
        const banner = document.getElementById("shell-away-banner");
        if (!banner || banner.hidden === !isAway) return;
        banner.hidden = !isAway;
        document.dispatchEvent(new CustomEvent(isAway ? "spectrolabe:away" : "spectrolabe:back"));
    }

    function answered(text) {
        failures = 0;
        setAway(false);
        if (text === shown) return;
        shown = text;
        window.dash_clientside.set_props(STORE, { data: JSON.parse(text) });
    }

    function failed() {
        failures += 1;
        if (failures >= FAILURES) setAway(true);
    }

    async function ask() {
        if (asking || !isReady()) return later(isReady() ? SECONDS : 0.1);
        asking = true;
        const session = new URLSearchParams(window.location.search).get("session");
        const url = `/api/status${session ? `?session=${encodeURIComponent(session)}` : ""}`;
        try {
            const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT * 1000), cache: "no-store" });
            if (!answer.ok) throw new Error(`status ${answer.status}`);
            answered(await answer.text());
        } catch (error) {
            failed();
        }
        asking = false;
        later(failures < FAILURES ? SECONDS : Math.min(SECONDS * (failures - 1), SLOWEST));
    }

    spectrolabe.askStatus = () => later(0);
    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : later(0)));
    document.addEventListener("click", (event) => event.target.closest("#shell-away-button") && later(0));
    later(0);
})();
