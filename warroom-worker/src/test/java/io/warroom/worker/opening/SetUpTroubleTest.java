package io.warroom.worker.opening;

import static io.warroom.worker.opening.OpeningTestBed.START;
import static io.warroom.worker.opening.OpeningTestBed.anIncident;
import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SetUpTroubleTest {

    private static final AppId APP = new AppId("acme", PlatformKind.LARK);
    private static final Failure FORBIDDEN =
            new Failure(Failure.Kind.MISCONFIGURED, "the permission im:chat is not granted", "99991672", "r-1");

    private final OpeningTestBed bed = new OpeningTestBed();

    @ParameterizedTest
    @EnumSource(
            value = Failure.Kind.class,
            names = {"MISCONFIGURED", "QUOTA_EXHAUSTED"})
    void aSetUpThatAnAdministratorMustMendIsWaitedForByDays(Failure.Kind kind) throws Exception {
        bed.platform.creates.add(new Outcome.Refused<>(FORBIDDEN.as(kind)));

        bed.opening.open(anIncident(START));

        assertThat(bed.results).isEmpty();
        assertThat(bed.parked().reason().name()).isEqualTo(kind.name());
        assertThat(bed.parked().deadline()).isEqualTo(bed.now.plus(Duration.ofHours(24)));
        assertThat(bed.parked().words()).isEqualTo(FORBIDDEN.words());
        assertThat(bed.health).containsExactly(kind + " at 7: " + FORBIDDEN.words());
        assertThat(bed.opening.hasCome(bed.parked())).isFalse();
        bed.directory.choice = OpeningTestBed.usable(8);
        assertThat(bed.opening.hasCome(bed.parked())).isTrue();
    }

    @Test
    void aSetUpThatIsMendedOnThePlatformOpensTheRoomByItself() throws Exception {
        bed.platform.creates.add(new Outcome.Refused<>(FORBIDDEN));
        bed.opening.open(anIncident(START));
        assertThat(bed.opening.dueProbes()).isEmpty();

        bed.now = bed.now.plus(Duration.ofMinutes(5));
        assertThat(bed.opening.dueProbes()).containsExactly(APP);
        assertThat(bed.opening.dueProbes()).as("one incident tries").isEmpty();
        bed.opening.resume(bed.parked());

        assertThat(bed.results).singleElement().isInstanceOf(Result.Opened.class);
        assertThat(bed.health).last().isEqualTo("HEALTHY at 7: The app opens rooms.");
        assertThat(bed.opening.answersAgain()).as("the others are woken").isEqualTo(APP);
        bed.now = bed.now.plus(Duration.ofMinutes(5));
        assertThat(bed.opening.dueProbes()).isEmpty();
    }

    @Test
    void aSetUpThatIsNotMendedIsReportedOnceAndProbedAgain() throws Exception {
        for (int i = 0; i < 2; i++) {
            bed.platform.creates.add(new Outcome.Refused<>(FORBIDDEN));
        }
        bed.opening.open(anIncident(START));
        var deadline = bed.parked().deadline();
        bed.now = bed.now.plus(Duration.ofMinutes(5));

        bed.opening.resume(bed.parked());

        assertThat(bed.health).hasSize(1);
        assertThat(bed.parked().deadline()).isEqualTo(deadline);
        bed.now = bed.now.plus(Duration.ofMinutes(5));
        assertThat(bed.opening.dueProbes()).containsExactly(APP);
    }

    @Test
    void anIncidentThatWaitedInVainForItsSetUpFailsWithThatReason() throws Exception {
        for (int i = 0; i < 2; i++) {
            bed.platform.creates.add(new Outcome.Refused<>(FORBIDDEN));
        }
        bed.opening.open(anIncident(START));
        bed.now = bed.parked().deadline();

        bed.opening.resume(bed.parked());

        assertThat(bed.results)
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Result.Reason.APP_MISCONFIGURED));
    }

    @Test
    void aTroubleThatAnotherWorkerFoundIsProbedToo() throws Exception {
        bed.platform.creates.add(new Outcome.Refused<>(FORBIDDEN));
        bed.opening.open(anIncident(START));
        var other = new OpeningTestBed();

        other.opening.learn(bed.parked());

        other.now = other.now.plus(Duration.ofMinutes(5));
        assertThat(other.opening.dueProbes()).containsExactly(APP);
    }

    @Test
    void anAppThatThisWorkerCannotReadIsWaitedFor() throws Exception {
        bed.directory.choice = new Directory.Choice.Unreadable(PlatformKind.LARK, 7, "sealed with another key");

        bed.opening.open(anIncident(START));

        assertThat(bed.parked().reason()).isEqualTo(Waiting.Reason.MISCONFIGURED);
        assertThat(bed.parked().appRevision()).isEqualTo(7);
        assertThat(bed.health).containsExactly("MISCONFIGURED at 7: sealed with another key");
    }

    @Test
    void aQuotaIsProbedEachHourAndWhenThePlatformsMonthBegins() {
        var clock = new Instant[] {Instant.parse("2026-10-31T14:00:00Z")};
        var troubles = new SetUpTroubles(() -> clock[0], () -> clock[0]);
        troubles.add(APP, 7, Waiting.Reason.QUOTA_EXHAUSTED);
        clock[0] = Instant.parse("2026-10-31T14:59:59Z");
        assertThat(troubles.due()).isEmpty();
        clock[0] = Instant.parse("2026-10-31T15:30:00Z");
        assertThat(troubles.due()).containsExactly(APP);
        clock[0] = Instant.parse("2026-10-31T15:59:59Z");
        assertThat(troubles.due()).isEmpty();

        clock[0] = Instant.parse("2026-10-31T16:00:00Z");

        assertThat(troubles.due()).as("the first of November in China").containsExactly(APP);
    }
}
