"""The two sample campaigns, as plain data: what a campaigner would have typed in."""

from crowd.samples import interests_campaign, mobility_campaign
from crowd.samples.outline import Campaign

CAMPAIGNS: list[Campaign] = [interests_campaign.CAMPAIGN, mobility_campaign.CAMPAIGN]
