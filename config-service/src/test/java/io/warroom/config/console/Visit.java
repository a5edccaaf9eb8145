package io.warroom.config.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.nimbusds.jwt.JWTClaimsSet;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.Issuer;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Somebody at a browser of their own, cookies and all. What the browser complains of is kept. */
final class Visit implements AutoCloseable {

    final Page page;
    final List<String> complaints = new CopyOnWriteArrayList<>();
    private final BrowserContext context;
    private final ConsoleStage stage;

    private Visit(ConsoleStage stage, BrowserContext context) {
        this.stage = stage;
        this.context = context;
        context.setDefaultTimeout(30_000);
        this.page = context.newPage();
        page.onDialog(dialog -> {
            complaints.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onPageError(error -> complaints.add("error: " + error));
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")
                    || message.text().contains("Content-Security")) {
                complaints.add("csp: " + message.text());
            }
        });
    }

    static Visit to(ConsoleStage stage, Browsers browsers, Browser.NewContextOptions options) {
        return new Visit(stage, browsers.browser.newContext(options));
    }

    static Browser.NewContextOptions options(String language) {
        return new Browser.NewContextOptions().setLocale(language).setTimezoneId("Europe/Berlin");
    }

    static Browser.NewContextOptions options(int width, boolean dark, String language) {
        return options(language)
                .setViewportSize(width, width < 600 ? 844 : 800)
                .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT);
    }

    /** As the built-in operator, by the form. */
    Visit asOperator() {
        page.navigate(stage.url() + "/login");
        signIn();
        page.waitForURL(url -> url.endsWith("/console"));
        return this;
    }

    /** As the built-in operator, by the form that is shown already. */
    void signIn() {
        page.fill("#username", "operator");
        page.fill("#password", Instance.OPERATOR_PASSWORD);
        page.click("main form button");
    }

    /** As somebody whom the issuer knows, through its sign-in. */
    Visit as(String subject, String role, String... tenants) {
        page.navigate(stage.url() + "/oauth2/authorization/desk");
        var question = Stream.of(URI.create(page.url()).getRawQuery().split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        var code = "code-" + UUID.randomUUID();
        stage.issuer.permit(code, idToken(question, subject, role, tenants));
        page.navigate(stage.url() + "/login/oauth2/code/desk?code=" + code + "&state="
                + URLEncoder.encode(question.getOrDefault("state", ""), StandardCharsets.UTF_8));
        return this;
    }

    private JWTClaimsSet idToken(Map<String, String> question, String subject, String role, String... tenants) {
        return stage.issuer
                .claims(subject, role, tenants)
                .audience(Issuer.CLIENT)
                .claim("nonce", question.get("nonce"))
                .build();
    }

    /** Opens a page of a tenant. @return the status of the answer */
    int open(String tenant, String path) {
        return go("/console/tenants/" + tenant + "/" + path);
    }

    /** Opens a page. @return the status of the answer */
    int go(String path) {
        var answer = page.navigate(stage.url() + path);
        return answer == null ? 0 : answer.status();
    }

    /** Loses the session, as when it has ended. */
    void forgetWhoItIs() {
        context.clearCookies();
    }

    @Override
    public void close() {
        context.close();
    }
}
