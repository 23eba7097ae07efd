import Casekit
