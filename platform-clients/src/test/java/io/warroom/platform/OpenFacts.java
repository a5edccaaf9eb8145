package io.warroom.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What the platforms' pages leave open, as listed in {@code facts}, and the ways it may go, as the simulator lists them. */
final class OpenFacts {

    /** How a fact is met. */
    enum Met {
        /** In every opening. */
        OPENING,
        /** In an opening whose room people dissolve before its create is repeated. */
        DISSOLVED,
        /** By no call of ours. */
        OTHER,
        /** By nothing: there is no switch for it. */
        NONE
    }

    /**
     * A fact.
     *
     * @param quote words of the reference that leave it open
     * @param open the switch, or empty
     * @param ways its positions
     * @param setUp switches that must be set with it, as JSON's fields
     * @param reason why no opening meets it, or empty
     */
    record Fact(
            PlatformKind kind,
            String quote,
            String open,
            List<String> ways,
            String setUp,
            Met met,
            String reason,
            String what) {
        Fact {
            ways = List.copyOf(ways);
        }

        /** The JSON that switches it. */
        String switched(String way) {
            return "{\"%s\":\"%s\"%s}"
                    .formatted(open, way, setUp.isEmpty() ? "" : "," + setUp)
                    // Seconds are a number, and no text.
                    .replaceFirst("(\"settlingSeconds\":)\"(\\d+)\"", "$1$2");
        }
    }

    private OpenFacts() {}

    /** All switches of a platform's behaviour, and their positions, as the simulator says. */
    static Map<String, List<String>> ways(Simulated world, PlatformKind kind) {
        Map<String, List<String>> ways = new TreeMap<>();
        for (var open : world.send("GET", "/unsettled", "")
                .path("unsettled")
                .path(kind.name())
                .properties()) {
            ways.put(
                    open.getKey(),
                    open.getValue().valueStream().map(JsonNode::asString).toList());
        }
        return ways;
    }

    static List<Fact> of(Simulated world, PlatformKind kind) throws IOException {
        Map<String, List<String>> ways = ways(world, kind);
        List<Fact> facts = new ArrayList<>();
        for (String line : lines("facts", kind)) {
            String[] part = line.split(" \\| ", 5);
            String[] open = part[1].split("=", 2);
            String[] met = part[3].split(": ", 2);
            facts.add(new Fact(
                    kind,
                    part[0],
                    open[0].equals("-") ? "" : open[0],
                    open.length == 2 ? List.of(open[1].split(",")) : ways.getOrDefault(open[0], List.of()),
                    part[2].equals("-") ? "" : part[2].substring(1, part[2].length() - 1),
                    Met.valueOf(met[0].toUpperCase(Locale.ROOT)),
                    met.length == 2 ? met[1] : "",
                    part[4]));
        }
        return facts;
    }

    /** The lines of a list for the platform, without its remarks. */
    static List<String> lines(String folder, PlatformKind kind) throws IOException {
        String name = folder + "/" + kind.name().toLowerCase(Locale.ROOT) + ".txt";
        try (InputStream file = OpenFacts.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IOException("no " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }
}
