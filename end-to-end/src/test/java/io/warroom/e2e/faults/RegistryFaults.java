package io.warroom.e2e.faults;

import io.warroom.topic.Topic;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** F49 to F52: the schema registry. */
final class RegistryFaults {

    private RegistryFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.shared("F49", "the registry is away when a worker starts", RegistryFaults::downAtStart),
                Fault.shared("F50", "the registry goes away from running workers", RegistryFaults::downAfterStart),
                Fault.shared("F51", "the registry takes 1 to 2 s an answer, from the start", cell -> {
                    cell.stage.requireWorkers(0);
                    cell.stage.toRegistry.weather(Link.Weather.slow(500, 500, 0));
                    cell.stage.requireWorkers(1);
                    var all = cell.declare(60);
                    cell.awaitEnded(all, all.size());
                }),
                Fault.shared(
                        "F52", "a storm of records with schema ids that nobody knows", RegistryFaults::unknownIds));
    }

    private static void downAtStart(Cell cell) throws Exception {
        cell.stage.requireWorkers(0);
        cell.stage.toRegistry.cut();
        var newcomer = cell.stage.launch(List.of(), List.of());
        var all = cell.declare(60);
        cell.awaitThat(
                () -> newcomer.health().contains("registry"), () -> "a worker without a registry does not say so");
        Cell.last(Duration.ofSeconds(2));
        cell.require(
                !newcomer.isReady(), Invariant.I5, "a worker that cannot read the configuration calls itself ready");
        cell.require(
                cell.stage.topics.ended(all) + cell.stage.topics.everParked(all) == 0,
                Invariant.I5,
                "incidents were worked on before the configuration was read");
        cell.stage.toRegistry.heal();
        newcomer.awaitReady();
    }

    private static void downAfterStart(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var before = cell.declare(60);
        cell.awaitEnded(before, before.size());
        cell.stage.toRegistry.cut();
        var meanwhile = cell.declare(60);
        cell.awaitEnded(meanwhile, meanwhile.size());
        // What a worker has never written before is not the registry's business either.
        var away = cell.anyTenant();
        cell.product.faults(
                List.of(Map.of("tenant", away.path("tenantId").asString(), "kind", "HTTP_500", "times", 1_000_000)));
        var parked = cell.declare(4, List.of(away));
        cell.awaitThat(
                () -> cell.stage.topics.everParked(parked) == parked.size(),
                () -> "not parked without the registry: " + cell.stage.topics.state(parked));
    }

    private static void unknownIds(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        int storm = cell.thorough ? 500 : 100;
        cell.mayBeRejected(storm);
        var sent = new ArrayList<byte @Nullable []>();
        for (int i = 0; i < storm; i++) {
            sent.add(ByteBuffer.allocate(40)
                    .put((byte) 0)
                    .putInt(1_000_000 + cell.random.nextInt(1_000_000_000))
                    .array());
        }
        int before = cell.stage.topics.rejected();
        cell.product.declareBytes("storm", sent);
        var all = cell.declare(60);
        cell.awaitEnded(all, all.size());
        cell.awaitThat(
                () -> cell.stage.topics.rejected() - before == storm,
                () -> cell.stage.topics.rejected() - before + " of " + storm + " are on "
                        + cell.product.topic(Topic.INCIDENT_REJECTED));
    }
}
