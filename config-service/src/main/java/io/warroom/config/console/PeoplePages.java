package io.warroom.config.console;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.IfMatch;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.member.Members;
import io.warroom.config.room.RoomBoard;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVParser;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.ModelAndView;

/** People: who is bound to which platform user, one by one or from a file. Stateless. */
@Controller
@RequestMapping("/console/tenants/{tenantId}/people")
final class PeoplePages {

    private static final Logger log = LoggerFactory.getLogger(PeoplePages.class);

    /** Of one file: each line is a transaction, and somebody waits for the report. */
    static final int MOST_LINES = 2_000;

    private static final int PAGE = 100;
    private static final List<String> FIELDS = List.of("personId", "platform", "platformUserId");

    private final Members members;
    private final RoomBoard rooms;
    private final Clock clock;

    PeoplePages(Members members, RoomBoard rooms, Clock clock) {
        this.members = members;
        this.rooms = rooms;
        this.clock = clock;
    }

    /**
     * One line of a file, and what came of it.
     *
     * @param outcome bound, unchanged or refused
     * @param why it was refused; empty otherwise
     */
    record Line(long number, String personId, String platform, String platformUserId, String outcome, String why) {}

    @GetMapping
    ModelAndView list(
            @PathVariable("tenantId") String tenantId,
            @RequestParam(name = "q", defaultValue = "") String text,
            @RequestParam(name = "person", defaultValue = "") String person,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor) {
        var page = page(new TenantId(tenantId), Form.searched(text), cursor == null ? null : Form.searched(cursor));
        page.addObject("values", Map.of("personId", person));
        return page;
    }

    @PostMapping
    ModelAndView bind(
            @PathVariable("tenantId") String tenantId,
            @RequestParam Map<String, String> form,
            HttpServletRequest request,
            HttpServletResponse response) {
        var tenant = new TenantId(tenantId);
        var given = Form.given(form, FIELDS);
        try {
            bind(tenant, given);
            return Notice.done("people.bound", String.valueOf(given.get("personId")))
                    .andGoTo(address(tenant), request, response);
        } catch (Problem problem) {
            var page = page(tenant, "", null);
            page.setStatus(problem.status());
            page.addObject("values", given);
            page.addObject("problem", problem);
            page.addObject("errors", Form.errors(problem));
            return page;
        }
    }

    @PostMapping("/remove")
    ModelAndView remove(
            @PathVariable("tenantId") String tenantId,
            @RequestParam("personId") String personId,
            @RequestParam("platform") String platform,
            HttpServletRequest request,
            HttpServletResponse response) {
        var tenant = new TenantId(tenantId);
        Notice notice;
        try {
            members.unbind(tenant, personId, platform);
            notice = Notice.done("people.removed", personId);
        } catch (Problem problem) {
            notice = Notice.failed("problem." + problem.code(), personId);
        }
        return notice.andGoTo(address(tenant), request, response);
    }

    /** Takes every line that can be taken, and says of each one what came of it. The same file again changes nothing. */
    @PostMapping("/import")
    ModelAndView take(
            @PathVariable("tenantId") String tenantId,
            @RequestParam(name = "file", required = false) @Nullable MultipartFile file,
            @RequestParam(name = "encoding", defaultValue = "UTF-8") String encoding,
            @RequestParam(name = "lines", defaultValue = "") String pasted)
            throws IOException {
        var tenant = new TenantId(tenantId);
        String text;
        try {
            text = file == null || file.isEmpty() ? pasted : BindingFile.decode(file.getBytes(), encoding);
        } catch (Problem problem) {
            var refused = page(tenant, "", null);
            refused.setStatus(problem.status());
            refused.addObject("values", Map.of("encoding", encoding));
            refused.addObject("problem", problem);
            refused.addObject("errors", Form.errors(problem));
            return refused;
        }
        var report = taken(tenant, text);
        var page = page(tenant, "", null);
        page.addObject("values", Map.of("encoding", encoding));
        page.addObject("report", report);
        page.addObject("most", MOST_LINES);
        for (var outcome : List.of("bound", "unchanged", "refused")) {
            page.addObject(
                    outcome + "Lines",
                    report.stream()
                            .filter(line -> line.outcome().equals(outcome))
                            .count());
        }
        if (report.isEmpty()) {
            page.setStatus(HttpStatus.UNPROCESSABLE_CONTENT);
        }
        return page;
    }

    private List<Line> taken(TenantId tenant, String text) {
        var report = new ArrayList<Line>();
        long line = 0;
        try (var lines = CSVParser.parse(text, BindingFile.format(text))) {
            for (var cells : lines) {
                line = lines.getCurrentLineNumber();
                if (report.size() == MOST_LINES) {
                    break;
                }
                if (!report.isEmpty() || !cells.get(0).equalsIgnoreCase("personId")) {
                    report.add(taken(tenant, line, cells.toList()));
                }
            }
        } catch (JdbiException e) {
            log.atWarn().setCause(e).log("The database was lost in the middle of an import");
            report.add(new Line(
                    line,
                    "",
                    "",
                    "",
                    "refused",
                    "stopped here, as the database cannot be reached: the lines above hold; send the file again"));
        } catch (IOException | UncheckedIOException _) {
            // Its message may quote the file; the place is enough.
            report.add(new Line(line + 1, "", "", "", "refused", "is not CSV from here on: check its quotes"));
        }
        return report;
    }

    private Line taken(TenantId tenant, long number, List<String> cells) {
        var person = cell(cells, 0);
        var platform = cell(cells, 1).toUpperCase(Locale.ROOT);
        var user = cell(cells, 2);
        if (cells.size() > FIELDS.size()) {
            return new Line(
                    number,
                    person,
                    platform,
                    user,
                    "refused",
                    "has " + cells.size() + " columns: personId,platform,platformUserId");
        }
        var before = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        try {
            var bound = bind(
                    tenant,
                    Form.given(Map.of("personId", person, "platform", platform, "platformUserId", user), FIELDS));
            return new Line(number, person, platform, user, bound.isBefore(before) ? "unchanged" : "bound", "");
        } catch (Problem problem) {
            var first = problem.errors().isEmpty() ? null : problem.errors().getFirst();
            return new Line(number, person, platform, user, "refused", first == null ? problem.detail() : words(first));
        }
    }

    /** @return when it came to be bound so */
    private Instant bind(TenantId tenant, Map<String, Object> given) {
        var body = new LinkedHashMap<>(given);
        var person = body.remove("personId");
        return members.bind(tenant, person == null ? "" : person.toString(), Form.fields(body), IfMatch.of(null))
                .binding()
                .changedAt();
    }

    private static String words(FieldError error) {
        return error.field() + " " + error.message();
    }

    private static String cell(List<String> cells, int at) {
        return at < cells.size() ? cells.get(at).strip() : "";
    }

    private ModelAndView page(TenantId tenant, String text, @Nullable String cursor) {
        var found = members.search(tenant, text, cursor == null || cursor.isBlank() ? null : cursor, PAGE);
        var page = new ModelAndView("console/people");
        page.addObject("bindings", found.bindings());
        page.addObject("next", found.next());
        page.addObject("q", text);
        page.addObject("missed", rooms.missedLately(tenant, 100));
        page.addObject("errors", Map.of());
        page.addObject("platforms", Members.PLATFORMS);
        page.addObject("encodings", BindingFile.ENCODINGS);
        return page;
    }

    private static String address(TenantId tenant) {
        return "/console/tenants/" + tenant.value() + "/people";
    }
}
