// Names of what only the bindings use, a line each: `scripts/test` has the compiler find none of them.
import Casekit

let names: [Any] = [
    FfiConverterTypeCaseView.self,
    FfiConverterTypeCaseView_lift,
    DeskProtocol.self,
    LanguageProtocol.self,
    ClockImpl.self,
    KitHandle.self,
    LiveCases.self,
    BackupListener.self,
    CheckListener.self,
    Unpacking.self,
    UniffiReader.self,
    Desk.NoHandle.self,
    provokePanic,
    refuse,
    blockerText,
]
