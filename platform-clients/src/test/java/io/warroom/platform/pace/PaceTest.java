package io.warroom.platform.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PaceTest {

    private final AtomicLong now = new AtomicLong();
    private final List<Long> calls = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 20, 50})
    void noStretchOfTimeSeesMoreCallsThanTheRate(int most) {
        var pace = pace(Rate.aSecond(most));

        for (int i = 0; i < 300; i++) {
            call(pace, "app");
        }

        assertThat(calls).hasSize(300);
        assertThat(mostWithin(Duration.ofSeconds(1))).isBetween((long) most - 1, (long) most);
    }

    @Test
    void bothOfTwoRatesAreKept() {
        var pace = pace(Rate.aSecond(50), Rate.aMinute(100));

        for (int i = 0; i < 300; i++) {
            for (var pause = call(pace, "app"); pause.isPresent(); pause = call(pace, "app")) {
                now.addAndGet(pause.get().toNanos());
            }
        }

        assertThat(mostWithin(Duration.ofSeconds(1))).isLessThanOrEqualTo(50);
        assertThat(mostWithin(Duration.ofMinutes(1))).isBetween(90L, 100L);
    }

    @Test
    void aLineThatIsTooLongIsToldWhenToComeAgainAndNothingIsCalled() {
        var pace = pace(Rate.aMinute(4));
        call(pace, "app");

        assertThat(call(pace, "app")).hasValue(Duration.ofSeconds(20));
        assertThat(calls).hasSize(1);
    }

    @Test
    void oneAppsLineDoesNotHoldAnotherUp() {
        var pace = pace(Rate.aMinute(4));
        call(pace, "app");
        call(pace, "app");

        assertThat(call(pace, "other app")).isEmpty();
    }

    @Test
    void withoutRatesNothingWaits() {
        var pace = pace();

        for (int i = 0; i < 1_000; i++) {
            call(pace, "app");
        }

        assertThat(calls).hasSize(1_000).containsOnly(0L);
    }

    @Test
    void whoIsInterruptedWhileWaitingStaysInterrupted() {
        var pace = new Pace(List.of(Rate.aSecond(2)), clock(), nanos -> {
            throw new InterruptedException();
        });
        call(pace, "app");

        call(pace, "app");

        assertThat(Thread.interrupted()).isTrue();
    }

    private Pace pace(Rate... rates) {
        return new Pace(List.of(rates), clock(), now::addAndGet);
    }

    private TimeMeter clock() {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return now.get();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    private Optional<Duration> call(Pace pace, String line) {
        var wait = pace.await(line);
        if (wait.isEmpty()) {
            calls.add(now.get());
        }
        return wait;
    }

    private long mostWithin(Duration stretch) {
        return calls.stream()
                .mapToLong(from -> calls.stream()
                        .filter(at -> at >= from && at < from + stretch.toNanos())
                        .count())
                .max()
                .orElse(0);
    }
}
