package io.warroom.platform.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
            pace.keep("app", this::call);
        }

        assertThat(calls).hasSize(300);
        assertThat(mostWithin(Duration.ofSeconds(1))).isBetween((long) most - 1, (long) most);
    }

    @Test
    void bothOfTwoRatesAreKept() {
        var pace = pace(Rate.aSecond(50), Rate.aMinute(100));

        for (int i = 0; i < 300; i++) {
            while (pace.keep("app", this::call) instanceof Outcome.NotYet<Integer>(var why, var pause)) {
                now.addAndGet(pause.toNanos());
            }
        }

        assertThat(mostWithin(Duration.ofSeconds(1))).isLessThanOrEqualTo(50);
        assertThat(mostWithin(Duration.ofMinutes(1))).isBetween(90L, 100L);
    }

    @Test
    void aLineThatIsTooLongIsToldWhenToComeAgainAndNothingIsCalled() {
        var pace = pace(Rate.aMinute(4));
        pace.keep("app", this::call);

        var second = pace.keep("app", this::call);

        assertThat(calls).hasSize(1);
        assertThat(second).isInstanceOfSatisfying(Outcome.NotYet.class, notYet -> {
            assertThat(notYet.pause()).isEqualTo(Duration.ofSeconds(20));
            assertThat(notYet.why().kind()).isEqualTo(Failure.Kind.THROTTLED);
        });
    }

    @Test
    void oneAppsLineDoesNotHoldAnotherUp() {
        var pace = pace(Rate.aMinute(4));
        pace.keep("app", this::call);
        pace.keep("app", this::call);

        assertThat(pace.keep("other app", this::call)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void withoutRatesNothingWaits() {
        var pace = pace();

        for (int i = 0; i < 1_000; i++) {
            pace.keep("app", this::call);
        }

        assertThat(calls).hasSize(1_000).containsOnly(0L);
    }

    @Test
    void whoIsInterruptedWhileWaitingStaysInterrupted() {
        var pace = new Pace(List.of(Rate.aSecond(2)), clock(), nanos -> {
            throw new InterruptedException();
        });
        pace.keep("app", this::call);

        pace.keep("app", this::call);

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

    private Outcome<Integer> call() {
        calls.add(now.get());
        return new Outcome.Done<>(calls.size());
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
