package io.warroom.local;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes the example companies known: to the simulator and, once, to Warroom, through its API. */
final class ExampleCompanies {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final StackSettings settings;
    private final Http simulator = new Http();
    private final Http api;

    ExampleCompanies(StackSettings settings, SignIn signIn) {
        this.settings = settings;
        this.api = Http.as(signIn.authorization());
    }

    /** Enables only apps that never were: what was deleted since stays deleted. @throws LocalStackException for the first refusal */
    void introduce(List<DemoOrganization> companies) {
        for (var company : companies) {
            var tenant = company.tenant();
            simulator.accepted(
                    "The simulator did not take " + tenant,
                    "PUT",
                    settings.simulator() + "/sim/v1/tenants/" + tenant,
                    company.registration().toString());
            if (wasEverEnabled(company)) {
                continue;
            }
            api.accepted(
                    "The app of " + tenant + " was not enabled",
                    "PUT",
                    apps(tenant) + "/" + company.platform(),
                    company.enabling(settings.platform(company.platform().toLowerCase(Locale.ROOT)))
                            .toString());
        }
    }

    private boolean wasEverEnabled(DemoOrganization company) {
        var url = apps(company.tenant());
        try {
            for (JsonNode app : JSON.readTree(api.get(url).body()).path("apps")) {
                if (app.path("platform").asString("").equals(company.platform())) {
                    return app.path("revision").asLong() > 0;
                }
            }
            throw new LocalStackException(url + " does not tell about " + company.platform() + ".");
        } catch (IOException | JacksonException e) {
            throw new LocalStackException(url + " could not be read: " + e.getMessage(), e);
        }
    }

    private String apps(String tenant) {
        return settings.api() + "/api/v1/tenants/" + tenant + "/mobile-apps";
    }
}
