package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.warroom.event.IncidentUpdated;
import io.warroom.worker.opening.FollowUp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FollowUpDoorTest {

    private static final Instant NOW = Instant.parse("2026-11-21T19:00:00Z");

    private final Counter unknown = new SimpleMeterRegistry().counter("unknown");
    private final SteppingClock clock = new SteppingClock();
    private final ScriptedArrivals arrivals = new ScriptedArrivals();
    private final AtomicInteger looks = new AtomicInteger();
    private int knownAtLook = Integer.MAX_VALUE;

    @Test
    void anOldUpdateOfAnIncidentThatNobodyDeclaredIsPassedOverAtOnce() throws Exception {
        handling(NOW.minusSeconds(11)).run();

        assertThat(unknown.count()).isEqualTo(1);
        assertThat(clock.asked).isEqualTo(2);
    }

    @Test
    void aYoungUpdateWaitsForADeclarationThatMayBeOnItsWayHome() throws Exception {
        knownAtLook = 3;

        handling(NOW.minusSeconds(1)).run();

        assertThat(looks).hasValue(3);
        assertThat(unknown.count()).isZero();
        assertThat(arrivals.ends).as("asked where declarations end").isZero();
    }

    @Test
    void whatCameWhileItWasYoungIsWaitedForToo() throws Exception {
        arrivals.end = 8;
        arrivals.doneAtLook = 3;
        knownAtLook = 6;

        handling(NOW.minusSeconds(7)).run();

        assertThat(looks)
                .as("three while it was young, three until all was done")
                .hasValue(6);
        assertThat(unknown.count()).isZero();
    }

    @Test
    void aWritersClockThatIsAheadKeepsNobodyLongerThanTheGrace() throws Exception {
        clock.step = Duration.ofSeconds(6);

        handling(NOW.plus(Duration.ofDays(365))).run();

        assertThat(unknown.count()).isEqualTo(1);
    }

    @Test
    void aStrayLeavesWhenEveryDeclarationThatCameTheSameWayHasLeft() throws Exception {
        arrivals.end = 8;
        arrivals.doneAtLook = 3;

        handling(NOW).awaitLeave();

        assertThat(arrivals.looks).isEqualTo(3);
        assertThat(looks).hasValue(0);
    }

    private Reception.Handling handling(Instant written) {
        var update = IncidentUpdated.newBuilder()
                .setTenantId("acme")
                .setIncidentId("INC-1")
                .setNote("news")
                .setAddedResponders(List.of())
                .setUpdatedAt(NOW)
                .build();
        var door = new FollowUpDoor(
                (topic, value) -> update,
                (FollowUp news) -> looks.incrementAndGet() >= knownAtLook,
                arrivals,
                unknown,
                clock,
                "");
        var record = new ConsumerRecord<byte[], byte[]>(
                "incident-updated",
                1,
                7,
                written.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                new byte[1],
                new RecordHeaders(),
                Optional.empty());
        return ((Reception.Accepted) door.receive(record)).handling();
    }

    /** Each look at it takes a while. */
    private static final class SteppingClock extends Clock {
        private Duration step = Duration.ofSeconds(1);
        private int asked;

        @Override
        public Instant instant() {
            return NOW.plus(step.multipliedBy(asked++));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class ScriptedArrivals implements Arrivals {
        private long end;
        private int ends;
        private int looks;
        private int doneAtLook;

        @Override
        public long done(int partition) {
            return ++looks >= doneAtLook ? end : end - 1;
        }

        @Override
        public long end(int partition) {
            ends++;
            return end;
        }
    }
}
