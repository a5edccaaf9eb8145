package io.warroom.local;

import io.warroom.event.IncidentParked;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final SignIn signIn;
    private final Http simulator = new Http();
    private final List<String> complaints = new ArrayList<>();
    private final Map<String, Instant> declared = new HashMap<>();
    private final Map<String, String> results = new HashMap<>();

    Demonstration(StackSettings settings, SignIn signIn, Progress progress) {
        this.settings = settings;
        this.signIn = signIn;
        this.progress = progress;
    }

    /**
     * What went otherwise than promised; empty when three rooms opened and the platforms count three.
     *
     * @param disturbance what is done to the stack right after the incidents are declared
     */
    List<String> run(Runnable disturbance) {
        var organizations = DemoOrganization.all();
        new ExampleCompanies(settings, signIn).introduce(organizations);
        progress.up("three companies, each with its app checked and enabled");
        System.out.println();
        var api = Http.as(signIn.authorization());
        try (var watch = new RoomWatch(StackAddress.of(settings))) {
            for (var organization : organizations) {
                var now = Instant.now();
                declared.put(organization.tenant(), now);
                api.accepted(
                        "The incident of " + organization.tenant() + " was not declared",
                        "POST",
                        settings.api() + "/api/v1/tenants/" + organization.tenant() + "/incidents",
                        organization.incident(now).toString());
            }
            disturbance.run();
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
            watch.read(POLL, this::tell, this::tell, this::tell);
        }
    }

    private void tell(WarRoomOpened room) {
        if (results.put(room.getTenantId(), "opened") != null) {
            return; // at-least-once: said before
        }
        System.out.println(ResultText.of(room, sinceDeclared(room.getTenantId())));
    }

    private void tell(IncidentParked waiting) {
        System.out.println("  " + ResultText.of(waiting));
    }

    private void tell(WarRoomFailed failure) {
        results.put(failure.getTenantId(), "failed");
        complaints.add(ResultText.of(failure));
    }

    private Duration sinceDeclared(String tenant) {
        return Duration.between(declared.getOrDefault(tenant, Instant.now()), Instant.now());
    }

    private void countRooms(DemoOrganization organization) {
        var address = settings.simulator() + "/sim/v1/rooms?tenant=" + organization.tenant();
        try {
            var rooms = rooms(JSON.readTree(simulator.get(address).body()));
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
}
