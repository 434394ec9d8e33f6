// Small manners Streamlit has no word for: a citation mark inside text opens its citation, a copy button copies, a new
// question or document scrolls into view, and "/" goes to the question box. The script holds no text from outside and
// reads only our own data- attributes.
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

  document.addEventListener("click", (event) => {
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

  let shown, headed;
  let asked = 0; // a new question scrolls into view; Streamlit leaves the page where it was
  new MutationObserver(() => {
    const questions = document.querySelectorAll(".question");
    if (questions.length > asked) questions[questions.length - 1].scrollIntoView({ block: "start", behavior: "smooth" });
    asked = questions.length;
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
  });
})();
