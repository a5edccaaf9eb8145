package io.warroom.simulator.page;

import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.World;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the template of the page shows: a snapshot in a visitor's words, and what became of a form. Nothing here looks at the world.
 */
final class PageView {
    private PageView() {}

    private record Pref(String label, String href) {}

    /** What was wrong with a form: with a fault, at which field, or with switches; empty where nothing was. */
    record Refused(String fault, String switches, String field) {
        static final Refused NOTHING = new Refused("", "", "");
    }

    private record Row(String platform, String endpoint, long count, long failures) {}

    private record Entry(String platform, String tenantId, Phones.At at, String what, String whose) {}

    /** @param form what was sent, so that a refused form keeps what was typed */
    static Map<String, Object> of(Asked asked, Snapshot snapshot, String done, Refused refused, Call form) {
        Words words = Words.in(asked.language());
        Map<String, Object> view = new HashMap<>();
        view.put("w", words.all());
        view.put("lang", asked.language().tag);
        view.put("theme", asked.theme());
        view.put("here", asked.address());
        view.put("prefs", prefs(words, asked));
        view.put("back", asked.parameters().entrySet());
        view.put("phoneParameters", phoneParameters(asked));
        view.put("done", done.isEmpty() ? "" : words.say(done));
        tenants(view, asked, snapshot, words);

        Phones phones = new Phones(words, asked);
        view.put("phones", snapshot.phones().stream().map(phones::phone).toList());

        FaultForm faultForm = new FaultForm(words);
        Map<String, String> values = new LinkedHashMap<>(FaultForm.values(form));
        if (refused.fault().isEmpty()) {
            values.replaceAll((_, _) -> "");
            values.put("whose", asked.tenant() == null ? "" : asked.tenant());
        }
        view.put("fault", values);
        view.put("faultRefused", refused.fault());
        view.put("refusedField", refused.field());
        view.put("hasFaults", !snapshot.faults().isEmpty());
        view.put("faultCount", snapshot.faults().size());
        view.put(
                "faults",
                snapshot.faults().reversed().stream().map(faultForm::row).toList());
        view.put("kinds", faultForm.kinds(values.getOrDefault("kind", "")));
        view.put("platforms", faultForm.platforms(values.getOrDefault("platform", "")));
        view.put(
                "shapes",
                Stream.of("FIXED", "UNIFORM", "LOGNORMAL")
                        .map(shape -> new FaultForm.Choice(
                                shape, words.say("shape" + shape), shape.equals(values.get("shape"))))
                        .toList());
        view.put(
                "effects",
                Stream.of("", "true", "false")
                        .map(acts ->
                                new FaultForm.Choice(acts, words.say("acts" + acts), acts.equals(values.get("acts"))))
                        .toList());

        SwitchForm switches = new SwitchForm(words);
        view.put("switchesRefused", refused.switches());
        view.put("settings", snapshot.settings().stream().map(switches::form).toList());
        witness(view, snapshot, words);
        return view;
    }

    private static void tenants(Map<String, Object> view, Asked asked, Snapshot snapshot, Words words) {
        String tenant = asked.tenant() == null ? "" : asked.tenant();
        boolean unknown = !tenant.isEmpty()
                && snapshot.settings().isEmpty()
                && !snapshot.tenants().contains(tenant);
        view.put("tenant", tenant);
        view.put("unknownTenant", unknown ? words.say("unknownTenant", tenant) : "");
        view.put("few", snapshot.tenantCount() <= 30 && !unknown);
        view.put("tenantCount", words.say("tenants", snapshot.tenantCount()));
        view.put(
                "tenants",
                snapshot.tenants().stream()
                        .sorted()
                        .map(one -> new FaultForm.Choice(one, one, one.equals(tenant)))
                        .toList());
        view.put(
                "endpoints",
                snapshot.counts().stream().map(World.Count::endpoint).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static void witness(Map<String, Object> view, Snapshot snapshot, Words words) {
        view.put("hasCalls", !snapshot.counts().isEmpty());
        view.put("hasViolations", !snapshot.violations().isEmpty());
        view.put("hasDrops", !snapshot.drops().isEmpty());
        view.put(
                "calls",
                snapshot.counts().stream()
                        .sorted(Comparator.comparing(World.Count::platform).thenComparing(World.Count::endpoint))
                        .map(count -> new Row(
                                words.say("platform" + count.platform()),
                                count.endpoint(),
                                count.count(),
                                count.failures()))
                        .toList());
        view.put(
                "total",
                snapshot.counts().stream().mapToLong(World.Count::count).sum());
        view.put(
                "violations",
                snapshot.violations().stream()
                        .map(one -> new Entry(
                                words.say("platform" + one.platform()),
                                Objects.requireNonNullElse(one.tenantId(), ""),
                                Phones.at(one.at()),
                                words.find(
                                        "offence" + one.offence(), one.offence().name()),
                                one.what()))
                        .toList());
        view.put(
                "drops",
                snapshot.drops().stream()
                        .map(one -> new Entry(
                                words.say("platform" + one.platform()),
                                one.tenantId(),
                                Phones.at(one.at()),
                                one.endpoint() + ": " + one.why(),
                                one.whose()))
                        .toList());
    }

    private static List<Pref> prefs(Words words, Asked asked) {
        return Stream.concat(
                        Stream.of(asked.language() == Language.ENGLISH ? Language.CHINESE : Language.ENGLISH)
                                .map(other -> new Pref(
                                        words.say("toOtherLanguage"), asked.address(Map.of("lang", other.tag)))),
                        Stream.of("dark", "light", "auto")
                                .filter(theme -> !theme.equals(asked.theme().isEmpty() ? "auto" : asked.theme()))
                                .map(theme ->
                                        new Pref(words.say("theme" + theme), asked.address(Map.of("theme", theme)))))
                .toList();
    }

    /** A change of tenant leads to other rooms: only phones that show their list stay as they are. */
    private static List<Map.Entry<String, String>> phoneParameters(Asked asked) {
        return asked.parameters().entrySet().stream()
                .filter(parameter -> parameter.getValue().equals(Asked.LIST))
                .toList();
    }
}
