package io.warroom.e2e.faults;

import io.warroom.e2e.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** F1 to F7: what befalls the worker's own process. */
final class WorkerFaults {

    /** The calls by which an incident is opened on a platform, in their order. */
    private record Steps(String platform, List<String> calls) {}

    private static final List<Steps> STEPS = List.of(
            new Steps("WECOM", List.of("gettoken", "user/getuserid", "appchat/create", "appchat/send")),
            new Steps(
                    "DINGTALK",
                    List.of(
                            "v1.0/oauth2/accessToken",
                            "topapi/v2/user/getbymobile",
                            "v1.0/im/sceneGroup/create",
                            "topapi/im/chat/scencegroup/message/send_v2")),
            new Steps(
                    "LARK",
                    List.of(
                            "auth/v3/tenant_access_token/internal",
                            "contact/v3/users/batch_get_id",
                            "im/v1/chats",
                            "im/v1/messages")));

    /** The calls of an update and of a close, in their order; the update is the one that makes the call. */
    private enum Later {
        ADD,
        RENAME,
        POST_UPDATE,
        RENAME_CLOSED,
        POST_RESOLUTION;

        String call(String platform) {
            return switch (this) {
                case ADD ->
                    switch (platform) {
                        case "WECOM" -> "appchat/update";
                        case "DINGTALK" -> "v1.0/im/sceneGroup/member/add";
                        default -> "im/v1/chats/:chat_id/members";
                    };
                case RENAME, RENAME_CLOSED ->
                    switch (platform) {
                        case "WECOM" -> "appchat/update";
                        case "DINGTALK" -> "v1.0/im/sceneGroup/update";
                        default -> "PUT im/v1/chats/:chat_id";
                    };
                case POST_UPDATE, POST_RESOLUTION ->
                    switch (platform) {
                        case "WECOM" -> "appchat/send";
                        case "DINGTALK" -> "topapi/im/chat/scencegroup/message/send_v2";
                        default -> "im/v1/messages";
                    };
            };
        }
    }

    private static final Fault CLOCK = Fault.shared(
            "F6",
            "a worker's clock jumps an hour ahead and two back, with incidents in flight and parked",
            WorkerFaults::clockJumps);

    private WorkerFaults() {}

    static List<Fault> all() {
        return Stream.concat(always().stream(), FakeClock.isInstalled() ? Stream.of(CLOCK) : Stream.empty())
                .toList();
    }

    private static List<Fault> always() {
        return List.of(
                Fault.shared(
                        "F1",
                        "kill -9 between every pair of steps of an opening, an update and a close: before and behind"
                                + " each platform call, before the result, before the commit",
                        WorkerFaults::killBetweenSteps),
                Fault.shared("F2", "SIGTERM under load", WorkerFaults::terminateUnderLoad),
                Fault.shared(
                        "F3",
                        "SIGSTOP for longer than session and poll interval, then SIGCONT: a zombie",
                        WorkerFaults::zombie),
                Fault.shared("F4", "rolling restart of three under load", WorkerFaults::rollingRestart),
                Fault.shared("F5", "the memory limit is reached", WorkerFaults::outOfMemory),
                Fault.shared("F7", "2, then 8, then 1 instances, 5 s apart, under load", WorkerFaults::manyAndFew));
    }

    /** Each step of each platform is held for an incident of a tenant of its own, before and behind its effect. */
    private static void killBetweenSteps(Cell cell) throws Exception {
        cell.stage.requireWorkers(1);
        var holds = new ArrayList<Map<String, Object>>();
        var held = new ArrayList<String>();
        var used = new HashMap<String, Integer>();
        var all = new ArrayList<List<JsonNode>>();
        for (var steps : STEPS) {
            var tenants = cell.stage.tenants.stream()
                    .filter(tenant -> tenant.path("platform").asString().equals(steps.platform()))
                    .toList();
            for (String step : steps.calls()) {
                for (boolean behind : new boolean[] {false, true}) {
                    int next = used.merge(steps.platform(), 1, Integer::sum) - 1;
                    if (next >= tenants.size()) {
                        continue; // ten tenants a platform are more than steps
                    }
                    var tenant = tenants.get(next);
                    holds.add(hold(tenant, step, behind));
                    all.add(List.of(tenant));
                }
            }
        }
        // Tokens are kept: a worker that has just come asks for them.
        cell.stage.kill(cell.stage.workers.getFirst());
        cell.product.faults(holds);
        cell.stage.requireWorkers(1);
        for (var tenant : all) {
            held.addAll(cell.declare(1, tenant));
        }
        killWhenHeld(cell);
        cell.awaitEnded(held, held.size());
        killBetweenLaterSteps(cell);

        // Rooms are there, and their results cannot be told.
        cell.product.faults(List.of(Map.of("kind", "LATENCY", "millis", 1_500, "times", 1_000)));
        var untold = cell.declare(30);
        cell.awaitThat(() -> cell.hits().getFirst() > 20, () -> "no call came while results were to be held back");
        cell.stage.toBroker.weather(Link.Weather.SILENT);
        Cell.last(Duration.ofSeconds(3));
        cell.stage.kill(cell.stage.workers.getFirst());
        cell.stage.heal();
        cell.stage.requireWorkers(1);
        cell.awaitEnded(untold, untold.size());

        // The first results are told, and no commit can have followed them all.
        var uncommitted = cell.declare(60);
        cell.awaitEnded(uncommitted, 1 + cell.random.nextInt(40));
        cell.stage.kill(cell.stage.workers.getFirst());
        cell.stage.requireWorkers(1);
    }

    private static Map<String, Object> hold(JsonNode tenant, String endpoint, boolean behind) {
        var hold = new HashMap<String, Object>(Map.of(
                "tenant",
                tenant.path("tenantId").asString(),
                "endpoint",
                endpoint,
                "kind",
                behind ? "HANG" : "LATENCY",
                "millis",
                30_000));
        if (behind) {
            hold.put("acts", true);
        }
        return hold;
    }

    /** Kills the one worker when each held call was made, and starts another with nothing held. */
    private static void killWhenHeld(Cell cell) throws Exception {
        cell.awaitThat(() -> cell.hits().stream().allMatch(hits -> hits > 0), () -> {
            try {
                return "calls that were not made: " + cell.hits();
            } catch (Exception e) {
                return "calls that were not made: " + e;
            }
        });
        cell.stage.kill(cell.stage.workers.getFirst());
        cell.product.faults(List.of());
        cell.stage.requireWorkers(1);
    }

    /** Each call of an update and of a close is held for a tenant of its own, before and after its effect. */
    private static void killBetweenLaterSteps(Cell cell) throws Exception {
        cell.followUps.pause();
        var open = cell.declare(cell.stage.tenants.size());
        cell.followUps.unpause();
        cell.awaitEnded(open, open.size());
        cell.awaitFollowUps();
        var holds = new ArrayList<Map<String, Object>>();
        var used = new HashMap<String, Integer>();
        for (int i = 0; i < open.size(); i++) {
            var tenant = cell.stage.tenants.get(i);
            String platform = tenant.path("platform").asString();
            int place = used.merge(platform, 1, Integer::sum) - 1;
            // Ten tenants a platform, as many as steps before and after.
            holds.add(hold(tenant, Later.values()[place / 2].call(platform), place % 2 == 1));
        }
        cell.product.faults(holds);
        used.clear();
        for (int i = 0; i < open.size(); i++) {
            var tenant = cell.stage.tenants.get(i);
            int place = used.merge(tenant.path("platform").asString(), 1, Integer::sum) - 1;
            send(cell, open.get(i), tenant, Later.values()[place / 2]);
        }
        killWhenHeld(cell);
        cell.awaitFollowUps();
    }

    private static void send(Cell cell, String key, JsonNode tenant, Later step) throws Exception {
        var update = FollowUps.update(key);
        switch (step) {
            case ADD ->
                cell.followUps
                        .send(
                                key,
                                update.setAddedResponders(List.of(FollowUps.person(tenant, 5)))
                                        .setNote(cell.followUps.mark())
                                        .build())
                        .get();
            case RENAME ->
                cell.followUps
                        .send(key, update.setTitle(cell.followUps.mark()).build())
                        .get();
            case POST_UPDATE ->
                cell.followUps
                        .send(key, update.setNote(cell.followUps.mark()).build())
                        .get();
            case RENAME_CLOSED, POST_RESOLUTION -> cell.followUps.resolve(key).get();
        }
    }

    private static void terminateUnderLoad(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        cell.product.faults(List.of(Map.of("kind", "LATENCY", "millis", 400, "times", 1_000_000)));
        var all = cell.declare(240);
        cell.awaitEnded(all, 10 + cell.random.nextInt(100));
        cell.stage.stop(cell.stage.workers.get(cell.random.nextInt(2)));
    }

    private static void zombie(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        cell.product.faults(List.of(Map.of("kind", "LATENCY", "millis", 300, "times", 1_000_000)));
        var all = cell.declare(150);
        cell.awaitEnded(all, 5 + cell.random.nextInt(60));
        var zombie = cell.stage.workers.get(cell.random.nextInt(2));
        cell.stage.workerWatch.leave(zombie);
        zombie.pause();
        try {
            // All end without it: its partitions are another's by then.
            cell.awaitEnded(all, all.size());
            all.addAll(cell.declare(30));
            Cell.last(Duration.ofSeconds(4));
        } finally {
            zombie.resume();
        }
        cell.stage.workerWatch.add(zombie);
        var afterwards = cell.declare(60);
        cell.awaitEnded(afterwards, afterwards.size());
    }

    private static void clockJumps(Cell cell) throws Exception {
        cell.stage.stopAll();
        var clock = new FakeClock();
        var worker = cell.stage.launch(List.of(), List.of(), clock.environment());
        worker.awaitReady();
        for (var ahead : List.of(Duration.ofHours(1), Duration.ofHours(-1), Duration.ZERO)) {
            cell.product.faults(List.of(Map.of("kind", "LATENCY", "millis", 400, "times", 1_000_000)));
            var inFlight = cell.declare(60);
            cell.awaitEnded(inFlight, 1 + cell.random.nextInt(20));
            clock.set(ahead);
            cell.awaitEnded(inFlight, inFlight.size());
        }

        // Set back while clients connect anew: Kafka's would wait for that hour.
        clock.set(Duration.ofHours(1));
        var cutOff = cell.declare(30);
        cell.awaitEnded(cutOff, 1);
        cell.stage.toBroker.cut();
        cell.awaitThat(() -> cell.stage.toBroker.refused() > 10, () -> "nobody missed the broker");
        clock.set(Duration.ZERO);
        cell.stage.toBroker.heal();
        cell.awaitEnded(cutOff, cutOff.size());

        // Parked by a clock that is an hour ahead, which is then set right while the worker runs.
        clock.set(Duration.ofHours(1));
        park(cell);
        clock.set(Duration.ZERO);
        var afterwards = cell.declare(30);
        cell.awaitEnded(afterwards, afterwards.size());

        // The same, and the next worker has the right time.
        clock.set(Duration.ofHours(1));
        park(cell);
        cell.stage.kill(worker);
        cell.stage.requireWorkers(1);
    }

    /** Incidents are tried in vain and wait; then the platforms are well. */
    private static void park(Cell cell) throws Exception {
        cell.product.faults(List.of(Map.of("kind", "HTTP_503_JSON", "times", 1_000_000)));
        var parked = cell.declare(30);
        cell.awaitThat(() -> cell.stage.topics.waiting(parked) == parked.size(), () -> cell.stage.topics.state(parked));
        cell.product.faults(List.of());
    }

    private static void rollingRestart(Cell cell) throws Exception {
        cell.stage.requireWorkers(3);
        cell.product.faults(List.of(Map.of("kind", "LATENCY", "millis", 300, "times", 1_000_000)));
        for (var worker : List.copyOf(cell.stage.workers)) {
            var some = cell.declare(60);
            cell.awaitEnded(some, 1 + cell.random.nextInt(40));
            cell.stage.stop(worker);
            cell.stage.requireWorkers(3);
        }
    }

    /** A worker with far too little memory, which nobody restarts, takes nothing with it. */
    private static void outOfMemory(Cell cell) throws Exception {
        cell.stage.requireWorkers(1);
        var small = cell.stage.launch(
                List.of("-Xmx44m", "-XX:+ExitOnOutOfMemoryError"),
                List.of("--warroom.intake.per-worker=5000", "--warroom.intake.per-partition=1000"));
        cell.stage.workers.remove(small);
        cell.stage.workerWatch.forgive(small);
        cell.product.faults(List.of(Map.of("kind", "LATENCY", "millis", 1_000, "times", 1_000_000)));
        var all = cell.declare(cell.thorough ? 1_500 : 300);
        cell.awaitThat(
                () -> !small.isAlive() || cell.stage.topics.ended(all) == all.size(),
                () -> "neither out of memory nor done: " + cell.stage.topics.state(all));
        small.kill();
    }

    private static void manyAndFew(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        cell.product.faults(List.of(Map.of("kind", "LATENCY", "millis", 300, "times", 1_000_000)));
        cell.declare(120);
        Cell.last(Duration.ofSeconds(5));
        cell.stage.requireWorkers(cell.thorough ? 8 : 4);
        cell.declare(120);
        Cell.last(Duration.ofSeconds(5));
        var leaving = List.copyOf(cell.stage.workers).subList(1, cell.stage.workers.size());
        // All at once, as an autoscaler does.
        var ends = new ArrayList<Thread>();
        for (ServiceProcess worker : leaving) {
            ends.add(Thread.startVirtualThread(() -> {
                try {
                    cell.stage.stop(worker);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        cell.declare(60);
        for (var end : ends) {
            end.join();
        }
    }
}
