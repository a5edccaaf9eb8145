package io.warroom.config.room;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.Problem;
import io.warroom.config.http.QueryParameters;
import io.warroom.config.http.TenantId;
import io.warroom.config.room.RoomStore.Mark;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v1/tenants/{tenantId}/war-rooms}: a tenant's war rooms, as lists, one by one, and as they change. */
@RestController
@RequestMapping("/api/v1/tenants/{tenantId}/war-rooms")
class RoomController {

    private final Rooms rooms;
    private final RoomBoard board;
    private final RoomFeed feed;
    private final RoomSettings.Stream streams;

    RoomController(Rooms rooms, RoomBoard board, RoomFeed feed, RoomSettings.Stream streams) {
        this.rooms = rooms;
        this.board = board;
        this.feed = feed;
        this.streams = streams;
    }

    /** A page of the rooms that the filter selects, and how many the tenant has of each state. */
    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, @Nullable Object> list(@PathVariable("tenantId") String tenantId, HttpServletRequest request) {
        var page = board.page(new TenantId(tenantId), request.getParameterMap());
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("items", page.items());
        answer.put("totals", page.totals());
        answer.put("next", page.next());
        answer.put("streamFrom", page.streamFrom());
        return answer;
    }

    /** Everything that is known of one incident's room. */
    @GetMapping(path = "/{incidentId}", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Map<String, @Nullable Object>> find(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("incidentId") String incidentId,
            HttpServletRequest request) {
        var tenant = new TenantId(tenantId);
        new QueryParameters(request.getParameterMap()).requireValid();
        var found = board.find(tenant, incidentId);
        return ResponseEntity.ok().eTag("\"" + found.mark() + "\"").body(found.detail());
    }

    /** The rooms as they change, until the client goes. Blocks its (virtual) thread. */
    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void stream(
            @PathVariable("tenantId") String tenantId,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletRequest request,
            HttpServletResponse response)
            throws InterruptedException {
        var tenant = new TenantId(tenantId).value();
        var query = new QueryParameters(request.getParameterMap());
        var after = query.findText("after", 64);
        query.requireValid();
        // A browser repeats the address when it comes back, and adds the header, which is newer.
        var name = lastEventId == null ? "after" : "Last-Event-ID";
        var given = lastEventId == null ? after : lastEventId;
        var known = Optional.ofNullable(given).flatMap(Mark::of);
        if (given != null && known.isEmpty()) {
            var wrong = new FieldError(name, "is no event's id: leave it out, and read the list first");
            throw new Problem(
                    HttpStatus.BAD_REQUEST, "invalid-parameter", name + " " + wrong.message(), List.of(wrong));
        }
        if (request.getMethod().equals("HEAD")) {
            // What is written to it is dropped before it fails, so that nobody would ever hang up.
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            return;
        }
        var session = request.getSession(false);
        try (var subscription = feed.subscribe(tenant, session == null ? null : session.getId())) {
            var now = rooms.mark(tenant);
            subscription.seen(now.change());
            // An id of another database, or of this one before it was set back: what was missed cannot be known.
            boolean reset = known.filter(mark -> !mark.epoch().equals(now.epoch()) || mark.change() > now.change())
                    .isPresent();
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            response.setCharacterEncoding("UTF-8");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Accel-Buffering", "no");
            new RoomStream(rooms, streams, response.getOutputStream(), ThreadLocalRandom.current())
                    .run(subscription, tenant, reset ? now : known.orElse(now), reset);
        } catch (IOException _) {
            // The client is gone, or has not read for too long. It comes back with the last id that it got.
        }
    }
}
