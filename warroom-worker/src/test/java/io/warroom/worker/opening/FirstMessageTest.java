package io.warroom.worker.opening;

import static io.warroom.worker.opening.OpeningTestBed.START;
import static io.warroom.worker.opening.OpeningTestBed.anIncident;
import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FirstMessageTest {

    private static final Failure LOST = new Failure(Failure.Kind.UNREACHABLE, "no answer came", null, null);
    private static final Failure FORBIDDEN =
            new Failure(Failure.Kind.MISCONFIGURED, "the bot may not post", "230006", "r-1");

    private final OpeningTestBed bed = new OpeningTestBed();

    @Test
    void u1_aFirstMessageWithoutAnAnswerIsPostedAgain() throws Exception {
        bed.platform.posts.add(new Outcome.Unknown<>(LOST));

        bed.opening.open(anIncident(START));

        assertThat(bed.platform.calls).containsExactly("resolve", "create", "admit", "post", "post");
        assertThat(bed.firstMessage().orElseThrow().state()).isEqualTo(Message.State.SENT);
    }

    @Test
    void u1_aFirstMessageWithoutAnAnswerWaitsForThePlatform() throws Exception {
        for (int i = 0; i < 10; i++) {
            bed.platform.posts.add(new Outcome.Unknown<>(LOST));
        }
        bed.opening.open(anIncident(START));
        assertThat(bed.parked().reason()).isEqualTo(Waiting.Reason.PLATFORM_UNAVAILABLE);
        assertThat(bed.room().briefed()).isFalse();
        bed.platform.posts.clear();

        bed.opening.resume(bed.parked());

        assertThat(bed.firstMessage().orElseThrow().state()).isEqualTo(Message.State.SENT);
        assertThat(bed.store.waiting(anIncident(START))).isEmpty();
    }

    @Test
    void u1_aFirstMessageThatIsNeverAnsweredIsGivenUpAtItsDeadline() throws Exception {
        for (int i = 0; i < 100; i++) {
            bed.platform.posts.add(new Outcome.Unknown<>(LOST));
        }
        bed.opening.open(anIncident(START));
        bed.now = bed.parked().deadline();

        bed.opening.resume(bed.parked());

        assertThat(bed.firstMessage().orElseThrow().state()).isEqualTo(Message.State.GIVEN_UP);
        assertThat(bed.firstMessage().orElseThrow().detail()).isEqualTo(LOST.words());
    }

    @Test
    void aFirstMessageWaitsForTheSetUpThatItNeeds() throws Exception {
        bed.platform.posts.add(new Outcome.Refused<>(FORBIDDEN));
        bed.opening.open(anIncident(START));
        assertThat(bed.parked().reason()).isEqualTo(Waiting.Reason.MISCONFIGURED);
        assertThat(bed.health).containsExactly("MISCONFIGURED at 7: the bot may not post");

        bed.opening.resume(bed.parked());

        assertThat(bed.firstMessage().orElseThrow().state()).isEqualTo(Message.State.SENT);
        assertThat(bed.health).last().isEqualTo("HEALTHY at 7: The app opens rooms.");
    }

    @Test
    void aRetryPostsAFirstMessageThatWasGivenUp() throws Exception {
        aRoomWithoutItsFirstMessage();
        bed.platform.calls.clear();

        bed.opening.open(new Declaration(anIncident(START), bed.now, bed.now));

        assertThat(bed.platform.calls).containsExactly("post");
        assertThat(bed.room().messages())
                .singleElement()
                .satisfies(message -> assertThat(message.state()).isEqualTo(Message.State.SENT));
        // And its replay posts nothing.
        bed.opening.open(new Declaration(anIncident(START), bed.now, bed.now));
        assertThat(bed.platform.calls).containsExactly("post");
        assertThat(bed.repeated).containsExactly("Open");
    }

    @Test
    void aRetryOfAFirstMessageWaitsWhereItMust() throws Exception {
        aRoomWithoutItsFirstMessage();
        bed.platform.posts.add(new Outcome.NotYet<>(LOST, Duration.ofHours(1)));
        bed.opening.open(new Declaration(anIncident(START), bed.now, bed.now));
        assertThat(bed.parked().deadline()).isAfter(bed.now.plus(Duration.ofMinutes(9)));

        bed.opening.resume(bed.parked());

        assertThat(bed.firstMessage().orElseThrow().state()).isEqualTo(Message.State.SENT);
    }

    @Test
    void anUnsentFirstMessageStaysInTheRecordHoweverManyFollow() {
        var room = new Result.Opened(
                        anIncident(START),
                        io.warroom.platform.PlatformKind.LARK,
                        7,
                        "room-1",
                        "INC-1",
                        java.util.List.of(),
                        java.util.List.of(),
                        START)
                .room()
                .with(Message.givenUp(Message.Kind.FIRST, "first", START, "no answer came"));
        for (int i = 0; i < 30; i++) {
            room = room.with(
                    new Message(Message.Kind.UPDATE, Message.State.SENT, "update " + i, START, null, null, null, null));
        }

        assertThat(room.messages()).hasSize(20);
        assertThat(room.isSilent()).isTrue();
    }

    private void aRoomWithoutItsFirstMessage() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            bed.platform.posts.add(new Outcome.NotYet<>(LOST, Duration.ofHours(1)));
        }
        bed.opening.open(anIncident(START));
        bed.now = bed.parked().deadline();
        bed.opening.resume(bed.parked());
        bed.platform.posts.clear();
        assertThat(bed.firstMessage().orElseThrow().state()).isEqualTo(Message.State.GIVEN_UP);
    }
}
