// Rows for lists on a screen, which SwiftUI identifies by their ids.
extension CaseSummary: Identifiable {}
extension CaseView: Identifiable {}
extension CaseTypeView: Identifiable {}
extension CustomerSummary: Identifiable {}
extension CustomerView: Identifiable {}
extension PersonSummary: Identifiable {}
extension PersonView: Identifiable {}
extension FailingCase: Identifiable {}
extension ThreadNote: Identifiable {}
extension StageView: Identifiable {}
extension StepView: Identifiable {}
extension WorkflowView: Identifiable {}
