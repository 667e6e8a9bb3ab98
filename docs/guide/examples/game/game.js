const fieldfare = window.fieldfare;
const canvas = document.querySelector('canvas');
const pen = canvas.getContext('2d');
const ROUND_MS = 30_000;
/** Half a second of them: the game draws, and goes on drawing. */
const FRAMES_THAT_SHOW_IT_WORKS = 30;

let frames = 0;
let roundEndsAt = 0;
let caught = 0;

// A round is not cut short. Whoever walks away ends it after 30 s all the same.
canvas.addEventListener('pointerdown', () => {
  if (Date.now() > roundEndsAt) {
    caught = 0;
    roundEndsAt = Date.now() + ROUND_MS;
    fieldfare?.busy(roundEndsAt);
  }
  caught += 1;
});

// The graphics card may give up at any time, on trial or a week later.
canvas.addEventListener('contextlost', () => fieldfare?.unhealthy('the canvas lost its context'));

function draw() {
  frames += 1;
  if (frames === FRAMES_THAT_SHOW_IT_WORKS) fieldfare?.healthy();
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#b58900';
  pen.beginPath();
  pen.arc(320 + 200 * Math.sin(frames / 40), 180, 24, 0, 7);
  pen.fill();
  pen.fillText(`${caught} caught, version ${fieldfare?.version ?? 'none'}`, 16, 24);
  requestAnimationFrame(draw);
}
draw();
