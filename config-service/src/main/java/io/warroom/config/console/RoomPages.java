package io.warroom.config.console;

import io.warroom.config.app.AppDesk;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.retry.Retries;
import io.warroom.config.room.RoomBoard;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriUtils;

/** War rooms: the list as it is now, and each one with everything that is known. Stateless. */
@Controller
@RequestMapping("/console/tenants/{tenantId}")
final class RoomPages {

    /** In the order of their urgency. */
    private static final List<String> STATES = List.of("FAILED", "WAITING", "DECLARED", "OPENED", "CLOSED");

    private static final List<String> FILTERS =
            List.of("state", "platform", "severity", "firstMessage", "region", "q", "from", "to", "cursor");

    /** Why an incident could not be tried again, each with its own message. */
    private static final Set<String> REASONS = Set.of("nothing-to-retry", "declaration-expired", "broker-unavailable");

    /** Lark's own pages that open a chat, by region; no other platform documents one. */
    private static final Map<String, String> CHAT_PAGES = Map.of(
            "FEISHU", "https://applink.feishu.cn/client/chat/open?openChatId=",
            "LARK", "https://applink.larksuite.com/client/chat/open?openChatId=");

    private final RoomBoard rooms;
    private final AppDesk apps;
    private final Retries retries;
    private final Translations translations;
    private final Clock clock;

    RoomPages(RoomBoard rooms, AppDesk apps, Retries retries, Translations translations, Clock clock) {
        this.rooms = rooms;
        this.apps = apps;
        this.retries = retries;
        this.translations = translations;
        this.clock = clock;
    }

    @GetMapping("/war-rooms")
    ModelAndView list(
            @PathVariable("tenantId") String tenantId, @RequestParam MultiValueMap<String, String> parameters) {
        var tenant = new TenantId(tenantId);
        var filters = new Filters(parameters, FILTERS);
        var found = rooms.page(tenant, filters.parameters());
        var page = new ModelAndView("console/rooms");
        var totals = found.totals();
        var now = clock.instant();
        page.addObject(
                "rows",
                found.items().stream().map(item -> new RoomRow(item, now)).toList());
        page.addObject("states", STATES);
        page.addObject("totals", totals);
        page.addObject(
                "all",
                totals == null
                        ? null
                        : totals.values().stream().mapToLong(Long::longValue).sum());
        page.addObject("next", found.next());
        page.addObject("first", filters.value("cursor").isEmpty());
        page.addObject("streamFrom", found.streamFrom());
        page.addObject("filters", filters);
        page.addObject(
                "noApp",
                found.items().isEmpty()
                        && apps.of(tenant).stream().noneMatch(app -> Boolean.TRUE.equals(app.get("enabled"))));
        return page;
    }

    /** As other systems may link to it; an id with {@code ;}, {@code %} or a backslash cannot stand in a path. */
    @GetMapping("/war-rooms/{incidentId}")
    ModelAndView byPath(@PathVariable("tenantId") String tenantId, @PathVariable("incidentId") String incidentId) {
        return one(tenantId, incidentId, 0, 0);
    }

    /**
     * The page of any incident, whatever its id.
     *
     * @param in from which person in the room on
     * @param absent from which missing person on
     */
    @GetMapping("/war-room")
    ModelAndView one(
            @PathVariable("tenantId") String tenantId,
            @RequestParam("incident") String incidentId,
            @RequestParam(name = "in", defaultValue = "0") int in,
            @RequestParam(name = "missing", defaultValue = "0") int absent) {
        var tenant = new TenantId(tenantId);
        var found = rooms.find(tenant, incidentId);
        var room = found.detail();
        var page = new ModelAndView("console/room");
        page.addObject("row", new RoomRow(room, clock.instant()));
        page.addObject("room", room);
        page.addObject("mark", found.mark());
        page.addObject("retryable", retries.isUseful(tenant, incidentId));
        page.addObject("link", chatPage(tenant, room));
        page.addObject("links", webLinks(room.get("links")));
        page.addObject("messages", messages(room));
        page.addObject("members", Part.of(room.get("members"), in, room.get("peopleIn")));
        page.addObject("missing", Part.of(room.get("missing"), absent, room.get("peopleMissing")));
        if (room.get("failure") instanceof Map<?, ?> failure) {
            page.addObject("said", said(room, failure));
        } else if (room.get("waiting") instanceof Map<?, ?> waiting) {
            page.addObject("said", said(room, waiting));
        }
        return page;
    }

    /** Tries the incident again, and returns to its page. */
    @PostMapping("/war-room/retry")
    ModelAndView retry(
            @PathVariable("tenantId") String tenantId,
            @RequestParam("incident") String incidentId,
            HttpServletRequest request,
            HttpServletResponse response)
            throws InterruptedException {
        var tenant = new TenantId(tenantId);
        var address = "/console/tenants/" + tenant.value() + "/war-room?incident="
                + UriUtils.encode(incidentId, StandardCharsets.UTF_8);
        try {
            retries.retry(tenant, incidentId);
        } catch (Problem problem) {
            if (!REASONS.contains(problem.code())) {
                throw problem;
            }
            return Notice.failed("notice.room.retry." + problem.code(), incidentId)
                    .andGoTo(address, request, response);
        }
        return Notice.done("room.retried", incidentId).andGoTo(address, request, response);
    }

    private List<RoomMessage> messages(Map<String, @Nullable Object> room) {
        var messages = new ArrayList<RoomMessage>();
        if (room.get("messages") instanceof List<?> all) {
            for (var one : all) {
                if (one instanceof Map<?, ?> message) {
                    messages.add(RoomMessage.of(message, message.get("detail") == null ? null : said(room, message)));
                }
            }
        }
        return messages;
    }

    private Translations.Said said(Map<String, @Nullable Object> room, Map<?, ?> trouble) {
        return translations.said(
                room.get("platform") instanceof String platform ? platform : null,
                trouble.get("platformCode") instanceof String code ? code : null,
                String.valueOf(trouble.get("detail")));
    }

    /**
     * So much of a list as a page shows: a room has as many people as its platform lets in, which is thousands.
     *
     * @param from the first one's place
     * @param all how many there are, also those that are not kept
     * @param kept how many can be shown
     * @param next where the next part begins; null on the last
     */
    record Part(
            List<?> shown,
            int from,
            int all,
            int kept,
            @Nullable Integer next) {

        static final int LENGTH = 100;

        static Part of(@Nullable Object list, int from, @Nullable Object total) {
            var all = list instanceof List<?> some ? some : List.of();
            int begin = Math.clamp(from, 0, all.size());
            int end = Math.min(begin + LENGTH, all.size());
            int count = total instanceof Number number ? Math.max(number.intValue(), all.size()) : all.size();
            return new Part(all.subList(begin, end), begin, count, all.size(), end < all.size() ? end : null);
        }
    }

    /** Where the room can be opened by somebody who is in it; null where no such page is known. */
    private @Nullable String chatPage(TenantId tenant, Map<String, @Nullable Object> room) {
        if (!"LARK".equals(room.get("platform")) || !(room.get("roomId") instanceof String roomId)) {
            return null;
        }
        return apps.of(tenant).stream()
                .filter(app -> "LARK".equals(app.get("platform")))
                .map(app -> CHAT_PAGES.get(String.valueOf(app.get("endpoint"))))
                .filter(page -> page != null)
                .findFirst()
                .map(page -> page + UriUtils.encode(roomId, StandardCharsets.UTF_8))
                .orElse(null);
    }

    /** Declared ones are addresses of the web already; no other kind ever becomes a link. */
    private static List<Map<?, ?>> webLinks(@Nullable Object links) {
        var shown = new ArrayList<Map<?, ?>>();
        if (links instanceof List<?> all) {
            for (var one : all) {
                if (one instanceof Map<?, ?> link
                        && String.valueOf(link.get("url")).matches("(?i)https?://.*")) {
                    shown.add(link);
                }
            }
        }
        return shown;
    }
}
