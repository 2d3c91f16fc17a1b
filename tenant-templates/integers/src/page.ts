/** What integers puts into the branded page; its style and script are in `ui/`. */
export const pageHtml = `<section class="integers" aria-label="Integers">
<form id="register">
<h2>Register</h2>
<label>E-mail <input name="email" type="email" autocomplete="email" required maxlength="254"></label>
<label>Password <input name="password" type="password" autocomplete="new-password" required></label>
<button type="submit">Get an API key</button>
</form>
<form id="key">
<h2>Your API key</h2>
<label>API key <input name="key" autocomplete="off" spellcheck="false" required pattern="ik_[A-Za-z0-9_\\-]{43}"></label>
<p>It is shown once, when you register, and stays in this page only. Keep it.</p>
<button type="submit">Use this key</button>
</form>
<div id="numbers" hidden>
<output id="value" class="large" aria-live="polite" for="next">&ndash;</output>
<button id="next" type="button">Take the next integer</button>
<form id="set">
<label>Go on from <input name="current" inputmode="numeric" required pattern="[0-9]{1,16}"></label>
<button type="submit">Set</button>
</form>
</div>
<p id="message" role="status"></p>
</section>`;
