package io.warroom.simulator.page;

import io.warroom.simulator.witness.Message;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.RoomNote;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The three platforms as phones: what their screens say. */
final class Phones {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int COLOURS = 10;
    private static final int PREVIEW = 80;

    private final Words words;
    private final Asked asked;

    record Phone(
            Platform platform,
            String name,
            int size,
            String empty,
            String listHref,
            String followHref,
            boolean following,
            List<Line> rooms,
            @Nullable Chat chat) {}

    record Line(
            String key,
            String href,
            String name,
            String tenantId,
            boolean showsTenant,
            boolean dissolved,
            String people,
            List<Face> faces,
            At at,
            String preview) {}

    record Face(String name, String initials, int colour, String role, String title) {}

    record At(String exact, String clock) {}

    record Chat(
            Line line,
            String description,
            String in,
            List<Face> faces,
            String moreIn,
            String out,
            List<Face> absent,
            String moreOut,
            String earlier,
            List<Talk> talk) {}

    /** A message, or with {@code system} what the platform itself says. */
    record Talk(String key, String system, String title, List<Spoken.Piece> pieces, String type, At at) {}

    Phones(Words words, Asked asked) {
        this.words = words;
        this.asked = asked;
    }

    Phone phone(Snapshot.Phone phone) {
        String parameter = Asked.name(phone.platform());
        String name = words.say("platform" + phone.platform());
        return new Phone(
                phone.platform(),
                name,
                phone.rooms().size(),
                words.say("noRoom", name),
                asked.address(Map.of(parameter, Asked.LIST)),
                asked.address(Map.of(parameter, "")),
                !asked.open().containsKey(phone.platform()),
                phone.rooms().stream()
                        .map(line -> line(line, parameter, !line.tenantId().equals(asked.tenant())))
                        .toList(),
                phone.chat() == null ? null : chat(phone.chat(), parameter));
    }

    private Line line(Snapshot.Line line, String parameter, boolean showsTenant) {
        Message last = line.last();
        String said = last == null ? "" : Spoken.of(last).plain();
        String preview = said.isBlank() && last != null ? "[" + last.type() + "]" : said;
        return new Line(
                line.key(),
                asked.address(Map.of(parameter, line.key())),
                line.name().isBlank() ? words.say("noName") : line.name(),
                line.tenantId(),
                showsTenant,
                line.dissolved(),
                words.say("people", line.people()),
                line.faces().stream().map(person -> face(person, "", "")).toList(),
                at(line.at()),
                preview.codePointCount(0, preview.length()) > PREVIEW
                        ? preview.substring(0, preview.offsetByCodePoints(0, PREVIEW))
                        : preview);
    }

    private Chat chat(Snapshot.Chat chat, String parameter) {
        int out = chat.out().size() + chat.moreOut();
        return new Chat(
                line(chat.line(), parameter, true),
                chat.description(),
                words.say("inTheRoom", chat.line().people()),
                chat.in().stream()
                        .map(person -> face(
                                person,
                                person.userId().equals(chat.ownerId()) ? words.say("owner") : "",
                                person.userId()))
                        .toList(),
                chat.moreIn() == 0 ? "" : words.say("more", chat.moreIn()),
                out == 0 ? "" : words.say("notInTheRoom", out),
                chat.out().stream()
                        .map(person -> face(person, absence(person), person.userId()))
                        .toList(),
                chat.moreOut() == 0 ? "" : words.say("more", chat.moreOut()),
                chat.earlier() == 0 ? "" : words.say("earlier", chat.earlier()),
                talk(chat));
    }

    private String absence(Person person) {
        return person.resigned() ? words.say("resigned") : person.visible() ? "" : words.say("outOfRange");
    }

    private List<Talk> talk(Snapshot.Chat chat) {
        record Timed(Instant at, Talk talk) {}
        List<Timed> all = new ArrayList<>();
        for (Message message : chat.messages()) {
            Spoken spoken = Spoken.of(message);
            Instant at = Instant.parse(message.at());
            all.add(new Timed(
                    at, new Talk(message.messageId(), "", spoken.title(), spoken.pieces(), message.type(), at(at))));
        }
        for (RoomNote note : chat.notes()) {
            String said = switch (note.what()) {
                case RENAMED -> words.say("wasRenamed", note.before());
                case DISSOLVED -> words.say("wasDissolved");
            };
            all.add(new Timed(
                    note.at(), new Talk("n" + note.at() + note.what(), said, "", List.of(), "", at(note.at()))));
        }
        return all.stream()
                .sorted(Comparator.comparing(Timed::at))
                .map(Timed::talk)
                .toList();
    }

    private static Face face(Person person, String role, String title) {
        String name = person.name().isBlank() ? person.userId() : person.name();
        return new Face(name, initials(name), Math.floorMod(person.userId().hashCode(), COLOURS), role, title);
    }

    /** The first signs of the first two words. */
    private static String initials(String name) {
        String initials = Stream.of(name.strip().split("\\s+", 3))
                .filter(word -> !word.isEmpty())
                .limit(2)
                .map(word -> Character.toString(word.codePointAt(0)))
                .collect(Collectors.joining());
        return initials.toUpperCase(Locale.ROOT);
    }

    static At at(Instant at) {
        return new At(at.toString(), CLOCK.format(at));
    }
}
