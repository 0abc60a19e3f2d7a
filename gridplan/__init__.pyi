"""The public names as type checkers and editors see them: the table `_HOMES` of `__init__.py`, as imports."""

from gridplan.case.case import Case as Case
from gridplan.case.case import read_case as read_case
from gridplan.case.examples import example_case as example_case
from gridplan.checks.finding import Finding as Finding
from gridplan.checks.rule_book import RULES as RULES
from gridplan.checks.rule_book import check_plan as check_plan
from gridplan.layers.layers import Layers as Layers
from gridplan.layers.layers import read_layers as read_layers
from gridplan.outputs.answers import Answer as Answer
from gridplan.outputs.answers import answer_questions as answer_questions
from gridplan.outputs.exports.formats import export as export
from gridplan.outputs.map.notebook import draw as draw
from gridplan.outputs.report.report import report as report
from gridplan.pipeline import assess as assess
from gridplan.pipeline import plan as plan
from gridplan.pipeline import revise as revise
from gridplan.pipeline import survey as survey
from gridplan.proposal.comparison import Comparison as Comparison
from gridplan.proposal.comparison import compare_proposals as compare_proposals
from gridplan.proposal.edits import Edits as Edits
from gridplan.proposal.edits import read_edits as read_edits
from gridplan.proposal.files import read_proposal as read_proposal
from gridplan.proposal.proposal import Proposal as Proposal
from gridplan.proposal.proposal import proposal_digest as proposal_digest
from gridplan.solver.activity import Activity as Activity
from gridplan.solver.assignment import Assignment as Assignment
from gridplan.solver.problem import Problem as Problem
from gridplan.solver.solution import Solution as Solution
from gridplan.solver.solver import improve as improve
from gridplan.solver.solver import solve as solve
from gridplan.travel.network import RoadNetwork as RoadNetwork
from gridplan.words.errors import ArgumentError as ArgumentError
from gridplan.words.errors import AssignmentError as AssignmentError
from gridplan.words.errors import CaseError as CaseError
from gridplan.words.errors import EditsError as EditsError
from gridplan.words.errors import GridplanError as GridplanError
from gridplan.words.errors import GridplanWarning as GridplanWarning
from gridplan.words.errors import InputProblem as InputProblem
from gridplan.words.errors import LayerError as LayerError
from gridplan.words.errors import NetworkError as NetworkError
from gridplan.words.errors import OutputError as OutputError
from gridplan.words.errors import ProblemError as ProblemError
from gridplan.words.errors import ProposalError as ProposalError

__version__: str
__all__: list[str]
