// Small manners Streamlit has no word for: a citation mark inside text opens its citation, a copy button copies, a new
// question or document scrolls into view, "/" goes to the question box and n to the first citation, a person's key is
// kept in a cookie, and what comes in is said to screen readers. The script holds no text from outside and reads only
// our own data- attributes.
(() => {
  document.documentElement.lang = "zh-CN";
  if (window.regkbKeys) return;
  window.regkbKeys = true;

  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const box = document.createElement("textarea"); // plain http inside a company network has no clipboard object
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };

  // The mark may stand there before its button: Streamlit fetches the code of a widget when the first one is drawn.
  const press = (name, tries = 30) => {
    const button = document.querySelector(`.st-key-${CSS.escape(name)} button`);
    if (button) button.click();
    else if (tries) setTimeout(press, 100, name, tries - 1);
  };

  // One value of the address is changed the way "back" changes it: Streamlit then draws the page of the new address.
  const go = (name, value) => {
    const url = new URL(location.href);
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
    if (url.href === location.href) return;
    history.pushState({}, "", url);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  };

  const COOKIE = "regkb_visitor";
  const keep = (made) => {
    const kept = document.cookie.split("; ").find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
    if (kept === made) return;
    if (kept) return location.reload(); // another tab was first: its key is this browser's
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${COOKIE}=${made}; Path=/; Max-Age=31536000; SameSite=Strict${secure}`;
  };

  const live = document.createElement("div"); // outside what Streamlit draws, or each painting would be read anew
  live.className = "unseen";
  live.setAttribute("aria-live", "polite");
  document.body.append(live);

  document.addEventListener("click", (event) => {
    const set = event.target.closest("[data-param]");
    if (set) go(set.dataset.param, set.dataset.value);
    const open = event.target.closest("[data-open]");
    if (open) press(open.dataset.open);
    const from = event.target.closest("[data-copy]");
    if (from) {
      const label = from.textContent;
      copy(from.dataset.copy).then(() => {
        from.textContent = from.dataset.done;
        setTimeout(() => (from.textContent = label), 1600);
      });
    }
  });

  let shown, headed, visitor, said;
  let asked = 0, newest; // a new question scrolls into view; Streamlit leaves the page where it was
  new MutationObserver(() => {
    const questions = document.querySelectorAll(".question");
    const last = questions[questions.length - 1];
    if (last && (questions.length > asked || last.textContent !== newest)) {
      last.scrollIntoView({ block: "start", behavior: "smooth" });
    }
    asked = last ? Math.max(asked, questions.length) : 0; // a redrawing takes one away for a moment
    newest = last?.textContent;
    const made = document.querySelector("[data-visitor]")?.dataset.visitor;
    if (made && made !== visitor) keep((visitor = made));
    const news = document.querySelector("[data-say]")?.dataset.say;
    if (news && news !== said) live.textContent = said = news;
    const title = document.querySelector(".reader-title");
    if (title?.textContent !== shown) { // another article: from its top, not from where the last one was left
      shown = title?.textContent;
      document.querySelector(".st-key-reader")?.scrollTo(0, 0);
    }
    const heading = document.querySelector(".page-head h1")?.textContent;
    if (heading && headed && heading !== headed) { // a document opened from low in a list: from its top
      document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    }
    headed = heading ?? headed;
  }).observe(document.body, { childList: true, subtree: true });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const box = document.querySelector('[data-testid="stChatInputTextArea"], .stMain input[type="text"]');
      if (box) { event.preventDefault(); box.focus(); }
    }
    // The reader has its own n and p; with it closed, n opens the first citation of the newest answer.
    if (event.key === "n" && !typing && !event.ctrlKey && !event.metaKey && !document.querySelector(".st-key-reader")) {
      [...document.querySelectorAll(".answer")].pop()?.querySelector(".cite")?.click();
    }
  });
})();
