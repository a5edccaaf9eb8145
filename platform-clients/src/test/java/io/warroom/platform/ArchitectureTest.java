package io.warroom.platform;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.warroom.platform");

    @Test
    void vendorsDoNotKnowEachOther() {
        slices().matching("io.warroom.platform.(wecom|dingtalk|lark)..")
                .should()
                .notDependOnEachOther()
                .because("a platform's words stop at its package")
                .check(classes);
    }

    @Test
    void contractIsFreeOfHttp() {
        noClasses()
                .that()
                .resideInAPackage("io.warroom.platform")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "org.apache.hc..", "tools.jackson..", "java.net..")
                .because("who opens rooms must not know how a platform is called")
                .check(classes);
    }

    @Test
    void sharedPackagesDoNotKnowAnyVendor() {
        noClasses()
                .that()
                .resideInAnyPackage("..platform.http", "..platform.token", "..platform.people", "..platform.text")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..wecom..", "..dingtalk..", "..lark..")
                .because("what all platforms share must serve the next one too")
                .check(classes);
    }

    @Test
    void onlyAPlatformsFrontIsPublic() {
        classes()
                .that()
                .resideInAnyPackage("..wecom..", "..dingtalk..", "..lark..")
                .and()
                .arePublic()
                .should()
                .implement(ChatPlatform.class)
                .because("public is a promise")
                .check(classes);
    }
}
