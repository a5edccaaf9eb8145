package io.warroom.config.console;

import io.warroom.config.app.AppDesk;
import io.warroom.config.app.AppRefused;
import io.warroom.config.audit.AuditTrail;
import io.warroom.config.http.IfMatch;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.room.RoomBoard;
import io.warroom.platform.AppFinding;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** Mobile App Management: the three platforms, and the forms that enable, change and delete an app. Stateless. */
@Controller
@RequestMapping("/console/tenants/{tenantId}/mobile-apps")
final class AppPages {

    private static final List<String> ACTIONS = List.of("save", "check", "save-anyway");

    private static final List<String> MORE = List.of("endpoint", "defaultOwner");

    /** Of the changes behind a stale page, so many are told. */
    private static final int MAX_CHANGES = 5;

    private final AppDesk desk;
    private final AuditTrail audit;
    private final RoomBoard rooms;
    private final Translations translations;

    AppPages(AppDesk desk, AuditTrail audit, RoomBoard rooms, Translations translations) {
        this.desk = desk;
        this.audit = audit;
        this.rooms = rooms;
        this.translations = translations;
    }

    @GetMapping
    ModelAndView cards(@PathVariable("tenantId") String tenantId) {
        var tenant = new TenantId(tenantId);
        var waiting = rooms.waiting(tenant).stream()
                .filter(one -> one.reason().equals("KEY_REJECTED") && one.platform() != null)
                .collect(Collectors.toMap(
                        one -> String.valueOf(one.platform()), RoomBoard.Waiting::incidents, Long::sum));
        var cards = new ArrayList<AppCard>();
        for (var app : desk.of(tenant)) {
            var platform = String.valueOf(app.get("platform"));
            var last = audit.on(tenant, target(platform), 1);
            cards.add(new AppCard(
                    platform,
                    app,
                    last.isEmpty() ? "" : String.valueOf(last.getFirst().get("actor")),
                    waiting.getOrDefault(platform, 0L),
                    said(platform, app)));
        }
        var page = new ModelAndView("console/apps");
        page.addObject("cards", cards);
        page.addObject("none", cards.stream().noneMatch(AppCard::isEnabled));
        return page;
    }

    /** What a form is about. */
    private enum Purpose {
        ENABLE,
        KEY
    }

    @GetMapping("/{platform}/enable")
    ModelAndView askToEnable(@PathVariable("tenantId") String tenantId, @PathVariable("platform") String platform) {
        return form(new TenantId(tenantId), platform, Purpose.ENABLE, Map.of());
    }

    @PostMapping("/{platform}/enable")
    ModelAndView enable(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam Map<String, String> form,
            HttpServletRequest request,
            HttpServletResponse response) {
        return submit(new TenantId(tenantId), platform, Purpose.ENABLE, form, request, response);
    }

    @GetMapping("/{platform}/key")
    ModelAndView askForKey(@PathVariable("tenantId") String tenantId, @PathVariable("platform") String platform) {
        return form(new TenantId(tenantId), platform, Purpose.KEY, Map.of());
    }

    @PostMapping("/{platform}/key")
    ModelAndView changeKey(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam Map<String, String> form,
            HttpServletRequest request,
            HttpServletResponse response) {
        return submit(new TenantId(tenantId), platform, Purpose.KEY, form, request, response);
    }

    @PostMapping("/{platform}/activate")
    ModelAndView activate(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam Map<String, String> form,
            HttpServletRequest request,
            HttpServletResponse response) {
        var tenant = new TenantId(tenantId);
        var kind = shown(tenant, platform).platform();
        Notice notice;
        try {
            desk.activate(tenant, platform, read(revision(form)));
            notice = Notice.done("app.activated", "").aboutPlatform(kind);
        } catch (Problem problem) {
            notice = Notice.failed("problem." + problem.code(), "");
        }
        return notice.andGoTo(address(tenant), request, response);
    }

    @GetMapping("/{platform}/delete")
    ModelAndView askToDelete(@PathVariable("tenantId") String tenantId, @PathVariable("platform") String platform) {
        return deletion(new TenantId(tenantId), platform);
    }

    @PostMapping("/{platform}/delete")
    ModelAndView delete(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam Map<String, String> form,
            HttpServletRequest request,
            HttpServletResponse response) {
        var tenant = new TenantId(tenantId);
        if (!form.getOrDefault("tenant", "").strip().equals(tenant.value())) {
            var page = deletion(tenant, platform);
            page.addObject("nameWrong", true);
            page.setStatus(HttpStatus.UNPROCESSABLE_CONTENT);
            return page;
        }
        var kind = shown(tenant, platform).platform();
        try {
            desk.delete(tenant, platform, read(revision(form)));
        } catch (Problem problem) {
            var page = deletion(tenant, platform);
            page.setStatus(problem.status());
            page.addObject("problem", problem);
            page.addObject("since", changesSince(tenant, platform, form));
            return page;
        }
        return Notice.done("app.deleted", "").aboutPlatform(kind).andGoTo(address(tenant), request, response);
    }

    private ModelAndView deletion(TenantId tenant, String platform) {
        var page = new ModelAndView("console/app-delete");
        var app = shown(tenant, platform);
        page.addObject("card", app);
        page.addObject(
                "others",
                desk.of(tenant).stream()
                        .anyMatch(one -> Boolean.TRUE.equals(one.get("enabled"))
                                && !app.platform().equals(one.get("platform"))));
        page.addObject(
                "waitingNow",
                rooms.waiting(tenant).stream()
                        .filter(one -> app.platform().equals(one.platform()))
                        .mapToLong(RoomBoard.Waiting::incidents)
                        .sum());
        return page;
    }

    /** @param values what stands in the fields already; never a secret */
    private ModelAndView form(TenantId tenant, String platform, Purpose purpose, Map<String, Object> values) {
        var card = shown(tenant, platform);
        var page = new ModelAndView("console/app-form");
        page.addObject("card", card);
        page.addObject("purpose", purpose.name());
        page.addObject("regions", desk.regions(platform));
        page.addObject("installations", desk.allowedBaseUrls());
        var filled = new LinkedHashMap<String, Object>();
        Stream.concat(card.getFields().stream().filter(field -> !field.secret()).map(AppField::name), MORE.stream())
                .filter(name -> card.isEnabled() && card.app().get(name) != null)
                .forEach(name -> filled.put(name, String.valueOf(card.app().get(name))));
        filled.putAll(values);
        page.addObject("values", filled);
        page.addObject("errors", Map.of());
        page.addObject("revision", card.app().get("revision"));
        return page;
    }

    private ModelAndView submit(
            TenantId tenant,
            String platform,
            Purpose purpose,
            Map<String, String> form,
            HttpServletRequest request,
            HttpServletResponse response) {
        var card = shown(tenant, platform);
        var names = Stream.concat(card.getFields().stream().map(AppField::name), MORE.stream())
                .toList();
        var given = Form.given(form, names);
        var values = new LinkedHashMap<>(given);
        card.getFields().stream().filter(AppField::secret).map(AppField::name).forEach(values::remove);
        try {
            var action = form.getOrDefault("action", "");
            if (!ACTIONS.contains(action)) {
                throw new Problem(
                        HttpStatus.BAD_REQUEST,
                        "refused",
                        "The request does not say what is to be done: click a button.");
            }
            if (action.equals("check")) {
                var page = form(tenant, platform, purpose, values);
                return withFindings(
                        page, card.platform(), desk.check(tenant, platform, Form.fields(given), false), "CHECKED");
            }
            boolean verify = !action.equals("save-anyway");
            var read = read(revision(form));
            var done = switch (purpose) {
                case ENABLE -> desk.enable(tenant, platform, Form.fields(given), verify, read);
                case KEY -> desk.changeKey(tenant, platform, Form.fields(given), verify, read);
            };
            return saved(purpose, card.platform(), done).andGoTo(address(tenant), request, response);
        } catch (AppRefused refused) {
            var page = form(tenant, platform, purpose, values);
            page.setStatus(HttpStatus.UNPROCESSABLE_CONTENT);
            return withFindings(page, card.platform(), refused.findings(), "REFUSED");
        } catch (Problem problem) {
            var page = form(tenant, platform, purpose, values);
            page.setStatus(problem.status());
            page.addObject("problem", problem);
            page.addObject("errors", Form.errors(problem));
            page.addObject("since", changesSince(tenant, platform, form));
            // What the viewer has read stays what it was: another try must not pass for a new reading.
            page.addObject("revision", form.getOrDefault("revision", "0"));
            return page;
        }
    }

    private static Notice saved(Purpose purpose, String platform, AppDesk.Done done) {
        var key = purpose == Purpose.ENABLE ? "app.enabled" : "app.keyChanged";
        boolean sound = done.findings().stream()
                .noneMatch(finding -> finding.severity() == AppFinding.Severity.WARNING
                        || finding.severity() == AppFinding.Severity.UNCHECKED);
        return Notice.done(sound ? key : key + ".withFindings", "").aboutPlatform(platform);
    }

    /** What the worker says of the app; empty when it said nothing. */
    private Translations.Said said(String platform, Map<String, Object> app) {
        var health = app.get("health") instanceof Map<?, ?> told ? told : Map.of();
        return translations.said(
                platform,
                health.get("platformCode") instanceof String code ? code : null,
                health.get("detail") instanceof String detail ? detail : "");
    }

    private ModelAndView withFindings(ModelAndView page, String platform, List<AppFinding> findings, String outcome) {
        page.addObject(
                "findings",
                findings.stream()
                        .map(finding -> translations.finding(platform, finding))
                        .toList());
        page.addObject("outcome", outcome);
        page.addObject(
                "sound", findings.stream().noneMatch(finding -> finding.severity() == AppFinding.Severity.ERROR));
        return page;
    }

    private AppCard shown(TenantId tenant, String platform) {
        desk.regions(platform);
        var name = platform.toUpperCase(Locale.ROOT);
        var app = desk.of(tenant).stream()
                .filter(one -> name.equals(one.get("platform")))
                .findFirst()
                .orElseThrow();
        return new AppCard(name, app, "", 0, said(name, app));
    }

    /**
     * What was changed since the form was read, newest first. A revision is not less than its time in milliseconds since 1970: of
     * the changes from then on the oldest made the revision that was read.
     */
    private List<Map<String, Object>> changesSince(TenantId tenant, String platform, Map<String, String> form) {
        long read = revision(form);
        var since = audit.on(tenant, target(platform), MAX_CHANGES + 1).stream()
                .filter(change ->
                        Instant.parse(String.valueOf(change.get("at"))).toEpochMilli() >= read)
                .toList();
        return read > 0 && !since.isEmpty()
                ? since.subList(0, since.size() - 1)
                : since.stream().limit(MAX_CHANGES).toList();
    }

    private static long revision(Map<String, String> form) {
        var text = form.getOrDefault("revision", "");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }

    private static IfMatch read(long revision) {
        return IfMatch.of(IfMatch.tag(revision));
    }

    private static String target(String platform) {
        return "mobile-apps/" + platform.toUpperCase(Locale.ROOT);
    }

    private static String address(TenantId tenant) {
        return "/console/tenants/" + tenant.value() + "/mobile-apps";
    }
}
