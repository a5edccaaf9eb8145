package io.warroom.simulator.page;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.warroom.simulator.witness.Admin;
import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Faults;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.World;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The page: the platforms as phones, and a switchboard of which every change goes through {@code /sim/v1}. It is made anew from what
 * is so whenever it is asked for, and has no state of its own. Any number of threads may call it, none under the world's monitor: it
 * takes that to look, and lets go of it to write.
 */
public final class Page {
    private static final Map<String, String> ASSETS = Map.of(
            "/page.css", "text/css; charset=utf-8",
            "/page.js", "text/javascript; charset=utf-8",
            "/page.svg", "image/svg+xml");
    private static final Set<String> DONE = Set.of("faultSet", "faultRemoved", "faultsCleared", "switched");
    private static final String KEPT = "; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly";

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self';"
                    + " base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private final World world;
    private final Admin admin;
    private final Faults faults;
    private final Template template;
    private final String started = World.id();

    /** Shows and changes that world and those faults, through that contract. */
    public Page(World world, Admin admin, Faults faults) {
        this.world = world;
        this.admin = admin;
        this.faults = faults;
        this.template = Mustache.compiler()
                .nullValue("")
                .emptyStringIsFalse(true)
                .zeroIsFalse(true)
                .strictSections(true)
                .withLoader(name -> new InputStreamReader(resource("/" + name + ".html"), StandardCharsets.UTF_8))
                .compile(new InputStreamReader(resource("/page.html"), StandardCharsets.UTF_8));
    }

    /** Names what a page that was made now would show: while it is the same, a page is up to date. */
    public String version() {
        return started + "-" + world.changes();
    }

    /** Answers what a browser asks for. */
    public Answer answer(Call call) {
        return switch (call.method() + " " + call.path()) {
            case "GET /" -> show(call);
            case "GET /page.css", "GET /page.js", "GET /page.svg" -> asset(call.path());
            case "POST /faults", "POST /faults/remove", "POST /faults/clear", "POST /switches" -> {
                if (fromElsewhere(call)) {
                    yield headed(Answer.text(403, "this form was on another page"));
                }
                yield change(call);
            }
            default -> Answer.text(404, "404 page not found");
        };
    }

    private Answer show(Call call) {
        Asked asked = Asked.inAddress(call);
        String done = DONE.contains(call.query("done")) ? call.query("done") : "";
        Answer page = page(200, asked, done, PageView.Refused.NOTHING, call);
        if (!call.query("lang").isEmpty()) {
            return page.with("Set-Cookie", Asked.LANGUAGE_COOKIE + "=" + asked.language().tag + KEPT);
        }
        return call.query("theme").isEmpty()
                ? page
                : page.with(
                        "Set-Cookie",
                        Asked.THEME_COOKIE + "=" + asked.theme()
                                + (asked.theme().isEmpty() ? "; Path=/; Max-Age=0" : KEPT));
    }

    private Answer change(Call form) {
        Asked asked = Asked.inForm(form);
        return switch (form.path()) {
            case "/faults" -> {
                Answer answer = ask("POST", "/faults", FaultForm.body(FaultForm.values(form)), form);
                yield answer.status() < 400
                        ? done(asked, "faultSet", "#faults")
                        : page(400, asked, "", refusedFault(answer), form);
            }
            // A fault that is gone already is as gone as was wanted.
            case "/faults/remove" -> {
                ask("DELETE", "/faults/" + form.text("fault"), MissingNode.getInstance(), form);
                yield done(asked, "faultRemoved", "#faults");
            }
            case "/faults/clear" -> {
                ask("DELETE", "/faults", MissingNode.getInstance(), form);
                yield done(asked, "faultsCleared", "#faults");
            }
            default -> {
                Answer answer = switches(form);
                yield answer.status() < 400
                        ? done(asked, "switched", "#switches")
                        : page(400, asked, "", new PageView.Refused("", error(answer), ""), form);
            }
        };
    }

    private Answer switches(Call form) {
        Platform platform = Stream.of(Platform.values())
                .filter(one -> one.name().equals(form.text("platform")))
                .findFirst()
                .orElse(null);
        if (platform == null) {
            return Answer.json(400, Map.of("error", "platform is missing"), true);
        }
        JsonNode body =
                form.text("defaults").isEmpty() ? SwitchForm.body(platform, form) : SwitchForm.defaults(platform);
        return ask("PUT", "/tenants/" + form.text("whose") + "/" + platform + "/switches", body, form);
    }

    private Answer ask(String method, String path, JsonNode body, Call from) {
        Call call = new Call(method, path, "", Map.of(), Map.of(), body, false, false, from.from());
        synchronized (world) {
            return admin.answer(call);
        }
    }

    private static PageView.Refused refusedFault(Answer answer) {
        String said = error(answer).replaceFirst("^faults\\[0]\\.", "");
        return new PageView.Refused(said, "", said.replaceFirst("[^A-Za-z].*", ""));
    }

    private static String error(Answer answer) {
        return answer.body() instanceof Map<?, ?> fields ? String.valueOf(fields.get("error")) : "";
    }

    private static Answer done(Asked asked, String what, String where) {
        return headed(new Answer(303, "text/plain; charset=utf-8", "", false))
                .with("Location", asked.address(Map.of("done", what)) + where);
    }

    /** A browser says where a form was; whoever says nothing is no browser. */
    private static boolean fromElsewhere(Call call) {
        String site = call.headers().getOrDefault("sec-fetch-site", "");
        if (!site.isEmpty()) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = call.headers().getOrDefault("origin", "");
        return !origin.isEmpty()
                && !origin.replaceFirst("^https?://", "").equals(call.headers().getOrDefault("host", ""));
    }

    private Answer page(int status, Asked asked, String done, PageView.Refused refused, Call form) {
        Snapshot snapshot;
        String version;
        synchronized (world) {
            snapshot = Snapshot.of(world, faults, asked);
            version = version();
        }
        Map<String, Object> view = PageView.of(asked, snapshot, done, refused, form);
        view.put("version", version);
        return headed(new Answer(status, "text/html; charset=utf-8", template.execute(view), false));
    }

    private static Answer asset(String path) {
        try (InputStream in = resource(path)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return headed(new Answer(200, ASSETS.getOrDefault(path, ""), text, false));
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + path, e);
        }
    }

    private static Answer headed(Answer answer) {
        Map<String, String> all = new HashMap<>(HEADERS);
        all.putAll(answer.headers());
        return new Answer(answer.status(), answer.contentType(), answer.body(), answer.failed(), all);
    }

    private static InputStream resource(String path) {
        return Objects.requireNonNull(Page.class.getResourceAsStream(path.substring(1)), path);
    }
}
