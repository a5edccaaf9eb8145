package io.warroom.local;

import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Three companies, three incidents, three rooms: told as it happens and checked against the simulator's own count. */
final class Demonstration {
    private static final Duration ROOMS_WITHIN = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final StackSettings settings;
    private final Progress progress;
    private final Http http = new Http();
    private final List<String> complaints = new ArrayList<>();
    private final Map<String, Instant> declared = new HashMap<>();
    private final Map<String, String> results = new HashMap<>();

    Demonstration(StackSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** What went otherwise than promised; empty when three rooms opened and the platforms count three. */
    List<String> run() {
        var organizations = DemoOrganization.all();
        for (var organization : organizations) {
            send(
                    "The simulator did not take " + organization.tenant(),
                    "PUT",
                    settings.simulator() + "/sim/v1/tenants/" + organization.tenant(),
                    organization.registration());
            var platform = organization.platform();
            send(
                    "The app of " + organization.tenant() + " was not enabled",
                    "PUT",
                    settings.api() + "/api/v1/tenants/" + organization.tenant() + "/mobile-apps/" + platform,
                    organization.enabling(settings.platform(platform.toLowerCase(Locale.ROOT))));
        }
        progress.up("three companies, each with its app enabled");
        System.out.println();
        try (var watch = new RoomWatch("127.0.0.1:" + settings.brokerPort(), registry())) {
            for (var organization : organizations) {
                var now = Instant.now();
                declared.put(organization.tenant(), now);
                send(
                        "The incident of " + organization.tenant() + " was not declared",
                        "POST",
                        settings.api() + "/api/v1/tenants/" + organization.tenant() + "/incidents",
                        organization.incident(now));
            }
            await(watch, organizations.size());
        }
        for (var organization : organizations) {
            if (!results.containsKey(organization.tenant())) {
                complaints.add(organization.tenant() + ": no result within " + ROOMS_WITHIN.toSeconds() + " s; see "
                        + settings.log("worker"));
            }
            countRooms(organization);
        }
        return List.copyOf(complaints);
    }

    private void await(RoomWatch watch, int expected) {
        var end = Instant.now().plus(ROOMS_WITHIN);
        while (results.size() < expected && Instant.now().isBefore(end)) {
            watch.read(POLL, this::tell, this::tell);
        }
    }

    private void tell(WarRoomOpened room) {
        if (results.put(room.getTenantId(), "opened") != null) {
            return; // at-least-once: said before
        }
        System.out.printf(
                "  %-8s  room %s \"%s\"  %d ms after the declaration (%.1f s after the command)%n",
                room.getPlatform(),
                room.getRoomId(),
                room.getRoomName(),
                sinceDeclared(room.getTenantId()).toMillis(),
                progress.sinceStart().toMillis() / 1000.0);
        System.out.println("            in:  "
                + room.getMembers().stream().map(member -> member.getName()).collect(Collectors.joining(", ")));
        room.getMissing()
                .forEach(missing -> System.out.println("            out: " + missing.getName() + ": "
                        + missing.getDetail() + " (" + missing.getReason() + ")"));
    }

    private void tell(WarRoomFailed failure) {
        results.put(failure.getTenantId(), "failed");
        complaints.add(failure.getTenantId() + ": no room: " + failure.getReason() + ": " + failure.getDetail());
    }

    private Duration sinceDeclared(String tenant) {
        return Duration.between(declared.getOrDefault(tenant, Instant.now()), Instant.now());
    }

    private void countRooms(DemoOrganization organization) {
        var address = settings.simulator() + "/sim/v1/rooms?tenant=" + organization.tenant();
        try {
            var rooms = rooms(JSON.readTree(http.get(address).body()));
            if (rooms == null || rooms.size() != 1) {
                complaints.add(
                        organization.tenant() + ": the platform counts " + (rooms == null ? "no list of" : rooms.size())
                                + " rooms where one was promised (" + address + ")");
            }
        } catch (IOException | JacksonException e) {
            complaints.add(
                    organization.tenant() + ": the simulator could not be asked for its rooms: " + e.getMessage());
        }
    }

    private static @Nullable JsonNode rooms(JsonNode answer) {
        if (answer.isArray()) {
            return answer;
        }
        var listed = answer.path("rooms");
        return listed.isArray() ? listed : null;
    }

    private void send(String otherwise, String method, String url, JsonNode body) {
        try {
            var answer = http.json(method, url, body.toString());
            if (!answer.accepted()) {
                throw new LocalStackException(otherwise + ": " + Problem.inWords(answer));
            }
        } catch (IOException e) {
            throw new LocalStackException(otherwise + ": " + url + " did not answer: " + e, e);
        }
    }

    private String registry() {
        return "http://127.0.0.1:" + settings.registryPort() + "/apis/ccompat/v7";
    }
}
