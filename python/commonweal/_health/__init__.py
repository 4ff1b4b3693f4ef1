"""What has changed, and whether it is more than noise: arithmetic on the tables of KPIs, no KPI of its own."""
