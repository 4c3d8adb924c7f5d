/* 自助终端: after 60 s without a touch a countdown of 15 s, then everything is wiped. Without JavaScript the page's own
   refresh does it. */
const kiosk = document.body, idle = document.getElementById("kiosk-idle"), left = document.getElementById("kiosk-left");
const [patience, countdown] = [Number(kiosk.dataset.idle), Number(kiosk.dataset.countdown)];
let waiting, counting;
const watch = () => {
  clearTimeout(waiting); clearInterval(counting);
  idle.hidden = true;
  waiting = setTimeout(ask, patience * 1000);
};
const ask = () => {
  let seconds = countdown;
  left.textContent = seconds;
  idle.hidden = false;
  document.getElementById("kiosk-stay").focus();
  counting = setInterval(() => {
    seconds -= 1;
    left.textContent = seconds;
    if (seconds <= 0) { clearInterval(counting); document.getElementById("kiosk-end").submit(); }
  }, 1000);
};
for (const sign of ["pointerdown", "keydown", "scroll", "touchstart"]) addEventListener(sign, watch, { passive: true });
/* A page brought back from memory would show what the last visitor saw. */
addEventListener("pageshow", event => { if (event.persisted) location.replace(location.href); });
watch();
