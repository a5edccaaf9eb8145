package io.warroom.e2e.faults;

import io.warroom.e2e.SampleTenants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** F25 to F31: what chat platforms do to their callers. Every kind hits all platforms, and passes. */
final class PlatformFaults {

    private static final int EVER = 1_000_000;

    private PlatformFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.shared(
                        "F25",
                        "each platform's own \"too many calls\" (WeCom and DingTalk in an HTTP 200 or 400 body, Lark in"
                                + " 429 and 400)",
                        cell -> creating(cell, "THROTTLED", 0.3)),
                Fault.shared("F26", "bursts of 500 in text, 502 in HTML and 503 in foreign JSON", cell -> {
                    cell.stage.requireWorkers(2);
                    cell.product.faults(List.of(
                            share("HTTP_500", 0.15), share("HTTP_502_HTML", 0.15), share("HTTP_503_JSON", 0.15)));
                    burst(cell);
                }),
                Fault.shared(
                        "F27",
                        "success lost: the room is made, and the connection is cut before or within the answer",
                        PlatformFaults::successLost),
                Fault.shared("F28", "answers come a byte at a time", cell -> {
                    cell.stage.requireWorkers(2);
                    var drip = new HashMap<>(share("DRIP", 0.5));
                    drip.put("millis", 5);
                    cell.product.faults(List.of(drip));
                    burst(cell);
                }),
                Fault.shared("F29", "tokens are taken away in mid-sequence, again and again", cell -> {
                    cell.stage.requireWorkers(2);
                    cell.product.faults(List.of(share("TOKEN_REVOKED", 0.1)));
                    var all = cell.declare(90);
                    for (int i = 0; i < 10; i++) {
                        cell.awaitEnded(all, i * 8);
                        for (JsonNode tenant : cell.stage.tenants) {
                            cell.product.simulator(
                                    "POST",
                                    "/tenants/%s/%s/revoke-tokens"
                                            .formatted(
                                                    tenant.path("tenantId").asString(),
                                                    tenant.path("platform").asString()),
                                    null);
                        }
                    }
                }),
                Fault.shared(
                        "F30",
                        "some members are unknown, resigned or outside the app's range",
                        PlatformFaults::members),
                Fault.shared(
                        "F31",
                        "the platforms are away for longer than an incident is tried (30 s, not 30 min)",
                        PlatformFaults::outage),
                Fault.shared("F32", "redirects to a private address", cell -> creating(cell, "REDIRECT", 0.3)),
                Fault.shared(
                        "hang",
                        "the platform hangs for one tenant with 250 incidents: no other waits",
                        PlatformFaults::hang));
    }

    private static Map<String, Object> share(String kind, double share) {
        return Map.of("kind", kind, "share", share);
    }

    /** Hits creates alone: throttled look-ups are not asked again for a minute. */
    private static void creating(Cell cell, String kind, double share) throws Exception {
        cell.stage.requireWorkers(2);
        cell.product.faults(List.of(
                Map.of("kind", kind, "share", share, "endpoint", "appchat/create"),
                Map.of("kind", kind, "share", share, "endpoint", "v1.0/im/sceneGroup/create"),
                Map.of("kind", kind, "share", share, "endpoint", "im/v1/chats")));
        burst(cell);
    }

    /** Incidents while it goes on; it is over when most have ended or wait. */
    private static void burst(Cell cell) throws Exception {
        var all = cell.declare(cell.thorough ? 150 : 60);
        cell.awaitThat(
                () -> cell.stage.topics.endedOrWaiting(all) >= all.size() * 9 / 10, () -> cell.stage.topics.state(all));
        cell.require(
                cell.hits().stream().mapToLong(Long::longValue).sum() > 0,
                Invariant.I1,
                "the fault has hit nobody: nothing was tried");
    }

    private static void successLost(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var faults = new ArrayList<Map<String, Object>>();
        for (String endpoint : List.of("appchat/create", "v1.0/im/sceneGroup/create", "im/v1/chats")) {
            for (String kind : List.of("RESET_AFTER", "RESET_WITHIN", "TRUNCATED_JSON")) {
                faults.add(Map.of("kind", kind, "endpoint", endpoint, "share", 0.3));
            }
        }
        cell.product.faults(faults);
        burst(cell);
    }

    private static void members(Cell cell) throws Exception {
        cell.stage.requireWorkers(1);
        var all = new ArrayList<String>();
        for (String platform : List.of("WECOM", "DINGTALK", "LARK")) {
            var tenant = cell.newTenant(platform);
            var parameters = cell.stage.enable(tenant);
            // The third of those who are called.
            SampleTenants.register(cell.product, tenant, parameters, 2);
            all.addAll(cell.declare(5, List.of(tenant)));
        }
        cell.awaitEnded(all, all.size());
    }

    private static void outage(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        cell.product.faults(List.of(Map.of("kind", "HTTP_503_JSON", "times", EVER)));
        var all = cell.declare(60);
        cell.awaitThat(
                () -> cell.stage.topics.everParked(all) == all.size(),
                () -> "not all wait for platforms that are away: " + cell.stage.topics.state(all));
        Cell.last(Duration.ofSeconds(cell.thorough ? 30 : 1));
        cell.require(cell.stage.topics.ended(all) == 0, Invariant.I1, "an incident has ended without its platform");
    }

    private static void hang(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var hanging = cell.anyTenant();
        var others = cell.stage.tenants.stream()
                .filter(tenant -> !tenant.equals(hanging))
                .toList();
        cell.product.faults(List.of(
                Map.of("tenant", hanging.path("tenantId").asString(), "kind", "HANG", "times", EVER, "millis", 4_000)));
        var stuck = cell.declare(250, List.of(hanging));
        var free = cell.declare(145, others);
        cell.awaitEnded(free, free.size());
        cell.require(
                cell.stage.topics.ended(stuck) == 0, Invariant.I1, "an incident has ended while its platform hangs");
        cell.awaitThat(
                () -> cell.stage.topics.everParked(stuck) == stuck.size(),
                () -> "not all of the hanging tenant's incidents wait: " + cell.stage.topics.state(stuck));
        cell.require(
                cell.stage.topics.everParked(free) == 0, Invariant.I8, "an incident was parked for another's trouble");
    }
}
