package io.warroom.e2e.faults;

import io.warroom.event.IncidentDeclared;
import io.warroom.topic.Topic;
import java.util.ArrayList;
import java.util.List;

/** F57: what producers write that no consumer should have to accept. */
final class InputFaults {

    private InputFaults() {}

    static List<Fault> all() {
        return List.of(Fault.shared(
                "F57",
                "declarations that name an incident and break a limit, among good ones",
                InputFaults::beyondLimits));
    }

    /** Each ends: it is opened with what can be shown, or is rejected and fails by name. */
    private static void beyondLimits(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        int wrong = cell.thorough ? 60 : 30;
        var keys = new ArrayList<String>();
        for (int i = 0; i < wrong; i++) {
            var tenant = cell.stage.tenants.get(i % cell.stage.tenants.size());
            var good = Stage.incident(tenant, "beyond" + cell.followUps.mark());
            var incident = IncidentDeclared.newBuilder(good);
            switch (i % 3) {
                case 0 -> incident.setTitle("t".repeat(300));
                case 1 -> incident.setTitle("\u202e\r\n");
                default ->
                    incident.setResponders(List.of(
                            good.getResponders().getFirst(),
                            good.getResponders().getFirst()));
            }
            String key = good.getTenantId() + "/" + good.getIncidentId();
            keys.add(key);
            cell.stage
                    .send(Topic.INCIDENT_DECLARED, good.getTenantId(), incident.build())
                    .get();
        }
        cell.mayBeRejected(wrong);
        cell.mayFail(keys);
        var all = cell.declare(60);
        cell.awaitEnded(all, all.size());
        cell.awaitEnded(keys, keys.size());
    }
}
