package io.warroom.worker.opening;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InTurnTest {

    private final InTurn inTurn = new InTurn();

    @Test
    void noIncidentWaitsForAnotherHoweverManyAreWorkedOn() throws Exception {
        int hanging = 10_000;
        var begun = new CountDownLatch(hanging);
        var end = new CountDownLatch(1);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < hanging; i++) {
                var incident = incident("hanging", "INC-" + i);
                var _ = executor.submit(() -> {
                    inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
                        begun.countDown();
                        end.await();
                    });
                    return null;
                });
            }
            // All of them at once: each that shared a lock would never begin.
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(inTurn.size()).isEqualTo(hanging);
            end.countDown();
        }
        assertThat(inTurn.size()).isZero();
    }

    @Test
    void oneIncidentIsWorkedOnByOneAtATime() throws Exception {
        var incident = incident("acme", "INC-1");
        var order = new ConcurrentLinkedQueue<Integer>();
        var inside = new int[1];
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1_000; i++) {
                int mine = i;
                var _ = executor.submit(() -> {
                    inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
                        assertThat(++inside[0]).isEqualTo(1);
                        LockSupport.parkNanos(1_000);
                        inside[0]--;
                        order.add(mine);
                    });
                    return null;
                });
            }
        }
        assertThat(order).hasSize(1_000);
        assertThat(inTurn.size()).isZero();
    }

    @Test
    void whoGivesUpWaitingLeavesNothingBehind() throws Exception {
        var incident = incident("acme", "INC-1");
        var held = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var holder = Thread.ofVirtual().start(() -> runQuietly(incident, held, end));
        held.await();

        var waiter = Thread.ofVirtual().start(() -> runQuietly(incident, new CountDownLatch(1), end));
        waiter.interrupt();
        waiter.join();
        assertThat(inTurn.size()).isEqualTo(1);
        end.countDown();
        holder.join();

        assertThat(inTurn.size()).isZero();
    }

    private void runQuietly(Incident incident, CountDownLatch begun, CountDownLatch end) {
        try {
            inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
                begun.countDown();
                end.await();
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Incident incident(String tenantId, String incidentId) {
        return new Incident(
                tenantId,
                incidentId,
                "Checkout is down",
                null,
                null,
                null,
                null,
                null,
                Instant.EPOCH,
                new Incident.Chat.TenantsChoice(),
                List.of(),
                List.of());
    }
}
