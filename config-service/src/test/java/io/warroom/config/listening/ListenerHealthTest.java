package io.warroom.config.listening;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.listening.ListenerHealth.Group;
import io.warroom.config.listening.ListenerHealth.Position;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class ListenerHealthTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final Group ROOMS = new Group("roomListener", "rooms", List.of("war-room-opened"));
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Instant now = START;
    private @Nullable Position position = new Position(0, 0);
    private int asked;

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private final ListenerHealth health = new ListenerHealth(
            new ListenerHealth.Offsets() {
                @Override
                public Map<Group, Position> of(List<Group> groups) throws ExecutionException {
                    asked++;
                    if (position == null) {
                        throw new ExecutionException(new TimeoutException("a text with s3cret in it"));
                    }
                    return Map.of(ROOMS, position);
                }

                @Override
                public void close() {}
            },
            List.of(ROOMS),
            clock,
            MINUTE);

    @Test
    void whoIsUpToDateIsUpHoweverLongNothingComes() {
        assertThat(after(Duration.ZERO, 7, 0)).isEqualTo(Status.UP);
        assertThat(after(Duration.ofDays(1), 7, 0)).isEqualTo(Status.UP);
        assertThat(details()).isEqualTo(Map.of("behind", 0L));
    }

    @Test
    void whoIsBehindAndGoesOnIsUp() {
        assertThat(after(Duration.ZERO, 7, 1000)).isEqualTo(Status.UP);
        assertThat(after(Duration.ofDays(1), 8, 2000)).isEqualTo(Status.UP);
        assertThat(details()).isEqualTo(Map.of("behind", 2000L));
    }

    @Test
    void whoTakesNothingOfWhatWaitsIsDownAfterAWhileAndUpAgainWhenItTakesSomething() {
        assertThat(after(Duration.ZERO, 7, 1)).isEqualTo(Status.UP);
        assertThat(after(MINUTE, 7, 2)).as("not yet").isEqualTo(Status.UP);
        assertThat(details()).isEqualTo(Map.of("behind", 2L, "noProgressSince", START.toString()));
        assertThat(after(Duration.ofSeconds(2), 7, 2)).isEqualTo(Status.DOWN);
        assertThat(health.health().getDetails()).containsKey("roomListener");

        assertThat(after(Duration.ofSeconds(2), 8, 1)).isEqualTo(Status.UP);
    }

    @Test
    void whatNobodyCanTellIsDownAfterAWhileAndNamesNoMoreThanTheKindOfTheFailure() {
        position = null;
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        now = now.plus(MINUTE).plusSeconds(1);

        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(details())
                .isEqualTo(Map.of("behind", "unknown: TimeoutException", "noProgressSince", START.toString()));

        assertThat(after(Duration.ofSeconds(2), 7, 0)).isEqualTo(Status.UP);
    }

    @Test
    void theBrokerIsNotAskedMoreOftenForThoseWhoAskOften() {
        for (int i = 0; i < 100; i++) {
            health.health();
        }
        assertThat(asked).isEqualTo(1);
        now = now.plusSeconds(2);
        health.health();
        assertThat(asked).isEqualTo(2);
    }

    private Status after(Duration pause, long taken, long behind) {
        now = now.plus(pause);
        position = new Position(taken, behind);
        return health.health().getStatus();
    }

    private @Nullable Object details() {
        return health.health().getDetails().get("roomListener");
    }
}
